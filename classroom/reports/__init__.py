"""Pages to print and to hand in: the report of a lesson, and the report of a run.

A module fills in a template of `templates/`; templates in a home replace the shipped ones.
"""
