"""The device manager: leases, budget, eviction, the out-of-memory path, threads."""

import threading

import numpy as np
import pytest
from artwright.core.devices import DeviceManager, measure_bytes
from artwright.core.errors import DeviceError


def manager(budget=1000, **kwargs):
    return DeviceManager("cpu", budget_bytes={"cpu": budget}, probe=lambda device: (budget, budget), **kwargs)


def array(size):
    return lambda device: np.zeros(size, np.uint8)


def test_a_model_is_loaded_once_and_measured():
    devices, loads = manager(), []
    for _ in range(3):
        with devices.lease("a", lambda device: loads.append(device) or np.zeros(100, np.uint8)) as model:
            assert model.nbytes == 100
    assert loads == ["cpu"]
    assert [(r.key, r.bytes, r.pins) for r in devices.residents()] == [("a", 100, 0)]


def test_the_least_recently_used_goes_first_and_pinned_ones_stay():
    devices = manager(250)
    with devices.lease("a", array(100)):
        pass
    with devices.lease("b", array(100)):
        pass
    with devices.lease("a", array(100)):
        pass
    with devices.lease("c", array(100)):
        pass
    assert [r.key for r in devices.residents()] == ["a", "c"]
    with devices.lease("a", array(100)), devices.lease("c", array(100)):
        with (
            pytest.raises(DeviceError, match=r"needs 0\.0 MB on cpu; the budget is .* in use"),
            devices.lease("d", array(100)),
        ):
            pass
        assert {r.key for r in devices.residents()} == {"a", "c"}


def test_a_model_larger_than_the_budget_is_refused_with_the_numbers():
    with (
        pytest.raises(DeviceError, match=r"'big' needs 2\.0 MB on cpu; the budget is 1\.0 MB"),
        manager(1_000_000).lease("big", array(2_000_000)),
    ):
        pass


def test_out_of_memory_evicts_and_tries_again():
    import torch

    devices, tries = manager(), []
    with devices.lease("old", array(10)):
        pass

    def loader(device):
        tries.append(len(devices.residents()))
        if len(tries) == 1:
            raise torch.OutOfMemoryError("no room")
        return np.zeros(10, np.uint8)

    with devices.lease("new", loader):
        pass
    assert tries == [1, 0]


def test_out_of_memory_for_ever_is_an_error_and_other_errors_pass():
    import torch

    def starved(device):
        raise torch.OutOfMemoryError("no room")

    with pytest.raises(DeviceError, match="more memory than there is"), manager().lease("x", starved):
        pass
    with pytest.raises(ZeroDivisionError), manager().lease("y", lambda device: 1 / 0):
        pass


def test_work_that_runs_out_of_memory_is_tried_again_then_refused():
    import torch

    devices, calls = manager(), []

    def work(model):
        calls.append(1)
        if len(calls) < 2:
            raise torch.OutOfMemoryError("in use")
        return "done"

    assert devices.run("m", array(5), work) == "done"

    def never(model):
        raise torch.OutOfMemoryError("in use")

    with pytest.raises(DeviceError):
        devices.run("m", array(5), never)
    assert all(r.pins == 0 for r in devices.residents())


def test_an_accelerator_without_room_falls_back_to_the_cpu_with_a_warning():
    devices = DeviceManager(None, budget_bytes={"cpu": 1000, "fast:0": 10}, probe=lambda device: (0, 0))
    devices._device = "fast:0"
    with pytest.warns(UserWarning, match="it runs on the CPU"), devices.lease("a", array(100)):
        assert [r.device for r in devices.residents()] == ["cpu"]


def test_leases_from_many_threads_load_once():
    devices, loads = manager(), []

    def use():
        for _ in range(50):
            with devices.lease("a", lambda device: loads.append(1) or np.zeros(10, np.uint8)):
                pass

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loads) == 1 and devices.residents()[0].pins == 0


def test_measuring_reaches_into_objects_and_modules():
    import torch

    class Holder:
        def __init__(self):
            self.arrays = {"a": np.zeros(10, np.float32), "b": [np.zeros(5, np.float32)]}

    assert measure_bytes(Holder()) == 60
    assert measure_bytes(torch.nn.Linear(3, 2)) == 4 * 8


def test_an_unknown_device_is_named():
    with pytest.raises(DeviceError, match="no device 'cuda:9' here; there are: cpu"):
        DeviceManager("cuda:9")
