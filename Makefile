# make run        install what is missing and open the window
# make test       install what is missing and run every check
# make test-all   run the long tests, which make test leaves out
# make lock       renew the exact versions that are installed, within the ranges in setup.cfg
#
# ARGS goes on to main.py, to pytest or to tools/lock.py:  make test ARGS="-k strokes"

PYTHON ?= python3
ARGS ?=

.PHONY: run test test-all lock

run:
	@$(PYTHON) tools/start.py run $(ARGS)

test:
	@$(PYTHON) tools/start.py test $(ARGS)

test-all:
	@$(PYTHON) tools/start.py test-all $(ARGS)

lock:
	@$(PYTHON) tools/lock.py $(ARGS)
