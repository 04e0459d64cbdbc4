"""The queue: each job ends once, whoever is killed; fair between people; asked once under a key."""

import pytest
from artwright.core.errors import UnknownName, UsageError
from artwright.core.files import make_folder
from artwright.core.home import locks_folder
from artwright.core.locks import lock, unlock
from artwright.plugins.web.jobs import queue as queues
from artwright.plugins.web.jobs.queue import Full
from artwright.plugins.web.jobs.worker import do_job, is_alive, lock_of

SEA = {"theme": "sea", "seed": 1}


def test_a_job_goes_from_asked_to_done(studio, queue, work_off):
    job = queue.add("dots", "generate", SEA)
    assert (job.state, queue.ahead(job), queue.counts()) == ("queued", 0, {"queued": 1})
    work_off()
    done = queue.get(job.id)
    assert done.state == "done" and done.is_over and done.share == 1 and done.ended >= done.begun >= done.asked > 0
    assert studio.library.work(done.result["work"]).provenance.seed == 1
    assert [one.id for one in queue.jobs()] == [job.id]


@pytest.mark.parametrize(
    "theme, said", [("break", "plugin 'plugin_stipple' failed in generate"), ("...", "holds no word")]
)
def test_a_job_that_fails_ends_alone(queue, work_off, theme, said):
    bad, good = queue.add("dots", "generate", {**SEA, "theme": theme}), queue.add("dots", "generate", SEA)
    work_off()
    assert queue.get(bad.id).state == "failed" and said in queue.get(bad.id).error
    assert queue.get(good.id).state == "done"


def test_under_one_key_a_job_is_asked_once(queue):
    job = queue.add("dots", "generate", SEA, key="k")
    assert queue.add("dots", "generate", {**SEA, "seed": 5}, key="k").id == job.id  # a seed that was drawn
    assert queue.add("dots", "generate", SEA, key="k", person="other").id != job.id
    with pytest.raises(UsageError, match="the key 'k' was used for another job"):
        queue.add("dots", "generate", {**SEA, "theme": "hill"}, key="k")


def test_a_job_of_a_dead_worker_is_done_by_another_and_ends_once(studio, queue):
    job = queue.add("dots", "generate", SEA)
    lost = queue.take("dead")
    queue.give_back(lambda worker: worker != "dead")
    taken = queue.take("alive")
    assert taken.id == job.id and taken.tries == 2
    assert not queue.end(lost, "failed", error="too late")  # whoever was given up has no say any more
    assert not queue.tell(lost, 0.5, "")
    do_job(studio, queue, taken)
    assert queue.get(job.id).state == "done" and not queue.end(taken, "done")


def test_a_job_that_kills_its_workers_fails(queue):
    job = queue.add("dots", "generate", SEA)
    for _ in range(queues.MOST_TRIES):
        queue.take("dead")
        queue.give_back(lambda worker: False)
    assert queue.get(job.id).state == "failed" and "ended 3 times" in queue.get(job.id).error


def test_a_worker_lives_while_it_holds_its_lock(tmp_path):
    make_folder(locks_folder(tmp_path))
    assert not is_alive(tmp_path, "w")
    handle = lock(lock_of(tmp_path, "w"))
    assert is_alive(tmp_path, "w")
    unlock(handle)
    assert not is_alive(tmp_path, "w") and not lock_of(tmp_path, "w").exists()


def test_a_job_is_cancelled_while_it_waits_and_while_it_runs(studio, queue):
    waiting, running = queue.add("dots", "generate", SEA), queue.add("dots", "generate", SEA)
    assert queue.cancel(waiting.id).state == "cancelled"
    taken = queue.take("w")
    assert taken.id == running.id and queue.tell(taken, 0.1, "begins")
    assert queue.cancel(running.id).state == "running"
    assert not queue.tell(taken, 0.2, "goes on")
    queue.give_back(lambda worker: False)
    assert queue.get(running.id).state == "cancelled"
    assert queue.cancel(running.id).state == "cancelled"
    with pytest.raises(UnknownName, match="no job 'none'"):
        queue.cancel("none")


def test_who_asks_for_much_lets_others_pass(queue):
    for _ in range(5):
        queue.add("dots", "generate", SEA, person="many")
    queue.add("dots", "generate", SEA, person="few")
    order = [queue.take(f"w{number}").person for number in range(3)]
    assert order == ["many", "few", "many"]


def test_a_full_queue_says_so(queue, monkeypatch):
    monkeypatch.setattr(queues, "MOST_WAITING", 2)
    queue.add("dots", "generate", SEA)
    queue.add("dots", "generate", SEA)
    with pytest.raises(Full, match="2 jobs wait already"):
        queue.add("dots", "generate", SEA)


@pytest.mark.slow  # processes are started and killed
def test_processes_that_are_killed_lose_and_double_nothing(tmp_path):
    import os
    import signal
    import time

    from artwright.plugins.web.jobs.crew import Crew
    from artwright.plugins.web.jobs.queue import Queue

    queue = Queue(tmp_path)
    jobs = [
        queue.add("literature", "generate", {"theme": "moon", "seed": n, "options": {"form": "wujue"}})
        for n in range(4)
    ]
    crew = Crew(tmp_path, count=1)
    crew.start()
    try:
        for _ in range(4):  # none of them as often as a job that kills its workers
            until = time.monotonic() + 60
            while time.monotonic() < until:
                hit = [job for job in queue.running() if job.tries < queues.MOST_TRIES]
                if hit and (worker := crew._workers.get(hit[0].worker)) is not None:
                    os.kill(worker.pid, signal.SIGKILL)
                    break
                time.sleep(0.1)
        until = time.monotonic() + 240
        while set(queue.counts()) != {"done"} and time.monotonic() < until:
            time.sleep(0.5)
    finally:
        crew.close()
    assert queue.counts() == {"done": len(jobs)}
    assert len({queue.get(job.id).result["work"] for job in jobs}) == len(jobs)
