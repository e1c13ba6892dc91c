"""What the browser draws, file for file the same names as in `js/src/page/`."""
