# make run        install what is missing and open the window
# make test       install what is missing and run every check
# make test-all   run the long tests, which make test leaves out
# make networks   derive anew what the program takes from its shipped networks
# make lock       renew the exact versions that are installed, within the ranges in setup.cfg
#
# ARGS goes on to main.py, to pytest or to the tool:  make test ARGS="-k strokes"

PYTHON ?= python3
ARGS ?=

.PHONY: run test test-all networks lock

run:
	@$(PYTHON) tools/start.py run $(ARGS)

test:
	@$(PYTHON) tools/start.py test $(ARGS)

test-all:
	@$(PYTHON) tools/start.py test-all $(ARGS)

networks:
	@$(PYTHON) tools/start.py networks $(ARGS)

lock:
	@$(PYTHON) tools/lock.py $(ARGS)
