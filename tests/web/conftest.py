"""A studio with a small plugin, its queue, and a browser without scripts."""

import plugin_stipple
import pytest
from artwright.testing import fresh_studio


@pytest.fixture
def studio(tmp_path):
    return fresh_studio(tmp_path / "home", plugin_stipple)


@pytest.fixture
def queue(studio):
    from artwright.plugins.web.jobs.queue import Queue

    return Queue(studio.home)


@pytest.fixture
def browser(studio, queue):
    pytest.importorskip("starlette", reason="needs starlette: pip install 'artwright[web]'")
    from artwright.plugins.web.site.app import make_app
    from starlette.testclient import TestClient

    return TestClient(make_app(studio, queue), base_url="http://127.0.0.1", follow_redirects=False)


@pytest.fixture
def work_off(studio, queue):
    """Do all jobs that wait, as a worker does."""
    from artwright.plugins.web.jobs.worker import do_job

    def run():
        while (job := queue.take("here")) is not None:
            do_job(studio, queue, job)

    return run
