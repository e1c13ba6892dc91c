"""A class's work as an instructor gets it: any pile of files, read and never written."""

from alliance_widgets.classwork.pool import Pool, class_code, pool, pool_codes

__all__ = ["Pool", "class_code", "pool", "pool_codes"]
