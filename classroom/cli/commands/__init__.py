"""The commands of the command line, one module each; `classroom/cli/parser.py` finds them."""
