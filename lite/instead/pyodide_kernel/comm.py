"""What a widget says to its page: as in the original, and None arrives as JSON's null there.

Pyodide makes None into `undefined`, which a chart reads as "not said": a legend that is switched
off would be drawn.
"""

import comm
from comm import BaseComm, CommManager, get_comm_manager  # noqa: F401
from IPython.core.getipython import get_ipython
from pyodide.ffi import jsnull


def _with_null(value):
    if value is None:
        return jsnull
    if isinstance(value, dict):
        return {name: _with_null(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_with_null(each) for each in value]
    return value


class Comm(BaseComm):
    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        """Send a comm message to the page."""
        if buffers is not None:
            buffers = [each.tobytes() if hasattr(each, "tobytes") else each for each in buffers]
        content = {"data": _with_null(data or {}), "comm_id": self.comm_id, **keys}
        get_ipython().send_comm(msg_type, content, metadata or {}, self.topic, buffers)


comm.create_comm = Comm
