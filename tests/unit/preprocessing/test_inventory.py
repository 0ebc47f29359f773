"""A reader that forgets a part of a file cannot pass over it in silence."""

from classroom.preprocessing.inventory import Inventory


def test_a_part_that_was_announced_and_forgotten_is_named() -> None:
    inventory = Inventory("d.npz")
    inventory.found("x", "y", "z")
    inventory.read("x")
    inventory.leave_out("y", "It is empty.")
    left = {one.item: one.why for one in inventory.left_out()}
    assert left.keys() == {"d.npz: y", "d.npz: z"}
    assert left["d.npz: y"].endswith("It is empty.")


def test_digits_that_were_announced_and_not_seen_are_counted() -> None:
    inventory = Inventory("d.npz")
    inventory.expect(3)
    inventory.seen()
    assert [one.why for one in inventory.left_out()] == ["2 of its digits were not read."]


def test_a_file_that_ends_too_early_says_so_of_its_parts() -> None:
    inventory = Inventory("scan.tif")
    inventory.found("page 1", "page 2")
    inventory.read("page 1")
    [left] = inventory.left_out(broken=True)
    assert left.item == "scan.tif: page 2"
    assert "cannot be read" in left.why
