"""The plots of a comparison: one module with one class a plot, found by its file.

`base` is what each derives from, `registry` lists them, and `request` is what they are asked
to show. No module imports Matplotlib at its top: the window offers plots before it is loaded.
"""
