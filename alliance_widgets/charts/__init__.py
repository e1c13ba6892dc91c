"""A table becomes an Altair chart, with its own words; Altair is loaded with the first of them.

The names stand in `__init__.pyi`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
