"""Questions and predictions, and what waits behind them."""
