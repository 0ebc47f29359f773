"""The store while others use it: threads, programs, locks."""

import sqlite3
import threading

import pytest
from calls import run_code
from store_support import a_sample, url_of

from classroom.datasets.dataset import Dataset, DatasetError, Part


def test_threads_take_turns(dataset):
    samples = [a_sample(number) for number in range(40)]
    threads = [
        threading.Thread(target=lambda start=start: [dataset.keep(s) for s in samples[start::4]])
        for start in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert dataset.counts().tolist()[3] == [27, 13]


def test_several_may_make_the_same_store_at_once(file):
    failures: list[Exception] = []
    start = threading.Barrier(6)

    def work(number: int) -> None:
        start.wait()
        try:
            with Dataset(url_of(file)) as mine:
                mine.keep(a_sample(number))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Dataset(url_of(file)) as dataset:
        assert dataset.stats()["total"] == 6


def test_another_process_reads_while_this_one_writes(dataset, file):
    dataset.keep(a_sample(1))
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE samples SET label = 9")
    code = (
        "import sys; from classroom.datasets.dataset import Dataset\n"
        "with Dataset(sys.argv[1]) as d: print(d.stats()['labels']['3'])"
    )
    assert run_code(code, url_of(file)).stdout.strip() == "1"
    writer.close()


def test_keeping_goes_on_while_another_program_reads(dataset, file):
    dataset.keep(a_sample(1))
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM samples").fetchone() == (1,)
    dataset.keep(a_sample(2))
    assert dataset.stats()["total"] == 2
    reader.close()


def test_a_store_locked_by_another_program_says_so_and_works_once_it_is_free(dataset, file):
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DatasetError, match=r"locked by another program.* Wait a moment"):
        dataset.keep(a_sample(1))
    other.close()
    assert dataset.keep(a_sample(1)).part == Part.PRACTICE


def test_a_store_that_is_locked_while_it_is_opened_says_so(file):
    Dataset(url_of(file)).close()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("PRAGMA journal_mode = DELETE")  # with WAL, opening needs no lock
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DatasetError, match="locked by another program"):
        Dataset(url_of(file))
    other.close()


def test_a_lock_of_a_moment_is_waited_for(dataset, file):
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    release = threading.Timer(0.3, other.rollback)
    release.start()
    assert dataset.keep(a_sample(1)).part == Part.PRACTICE
    release.join()
    other.close()
