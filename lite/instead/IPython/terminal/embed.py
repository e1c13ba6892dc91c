"""No browser has a terminal: with IPython's, prompt_toolkit would be loaded for nothing."""


def embed(*_arguments, **_options):
    raise NotImplementedError("IPython.embed needs a terminal")
