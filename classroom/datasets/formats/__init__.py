"""The formats in which labelled digits are read and written, one module and one class each."""
