"""What can be concluded from a line: episodes, their recovery, and what noise alone does."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, ["recovery"])
