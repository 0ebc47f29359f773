"""The plots of a comparison: one module and one class a plot.

`registry` lists them. `base` says what a plot has to offer; `request` says what
it is asked to show. Matplotlib is imported only by what draws, so that the window
can offer the plots before it is loaded.
"""
