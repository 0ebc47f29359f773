# make run    install what is missing and open the window
# make test   install what is missing and run every check
#
# ARGS goes on to main.py or to pytest:  make test ARGS="-k strokes"

PYTHON ?= python3
ARGS ?=

.PHONY: run test

run:
	@$(PYTHON) tools/start.py run $(ARGS)

test:
	@$(PYTHON) tools/start.py test $(ARGS)
