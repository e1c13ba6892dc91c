"""The alliance workbook's kit: rate sessions, see ruptures and repairs, doubt what rules say.

>>> import alliance_widgets as aw
>>> cases = aw.load_data("single_cases")
>>> aw.find_ruptures(cases, rule="reliable_drop")

Teaching material: nothing here says anything about a real client.

The names stand in `__init__.pyi`; each is loaded when somebody first asks for it.
"""

import lazy_loader

from alliance_widgets._bare_charts import draw_bare_charts
from alliance_widgets._late_grammars import compile_grammars_late

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

__version__ = "0.1.0"

compile_grammars_late()
draw_bare_charts()
