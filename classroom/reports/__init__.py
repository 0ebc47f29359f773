"""Pages to print and to hand in: the lesson's report, and that of a comparison.

Each is a template in `templates/`, filled in by the module of the same name. A
home may hold templates of its own in ``templates/``, which stand in for these.
"""
