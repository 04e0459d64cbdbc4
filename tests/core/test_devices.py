"""The device manager: leases, budget, eviction, waiting, the out-of-memory path, threads."""

import threading
import time

import numpy as np
import pytest
from artwright.core.devices import DeviceManager
from artwright.core.errors import DeviceError
from artwright.core.memory import _control_groups, is_out_of_memory, measure_bytes
from artwright.core.usage import Usage, note_weights
from artwright.core.weights import lend_weights, weights_key


def manager(budget=1000, **kwargs):
    return DeviceManager("cpu", budget_bytes={"cpu": budget}, probe=lambda device: (budget, budget), **kwargs)


def fast(cpu=1000, fast=1000, probe=lambda device: (0, 0)):
    devices = DeviceManager(None, budget_bytes={"cpu": cpu, "fast:0": fast}, probe=probe)
    devices._pool.best = "fast:0"
    return devices


def array(size):
    return lambda device: np.zeros(size, np.uint8)


def hold(devices, key, size, until, began=None):
    """A thread that leases a model until an event is set."""

    def work():
        with devices.lease(key, array(size)):
            if began:
                began.set()
            until.wait(10)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_a_model_is_loaded_once_and_measured():
    devices, loads = manager(), []
    for _ in range(3):
        with devices.lease("a", lambda device: loads.append(device) or np.zeros(100, np.uint8)) as model:
            assert model.nbytes == 100
    assert loads == ["cpu"]
    assert [(r.key, r.bytes, r.pins) for r in devices.residents()] == [("a", 100, 0)]


def test_the_least_recently_used_goes_first_and_pinned_ones_stay():
    devices = manager(250)
    for key in ("a", "b", "a", "c"):
        with devices.lease(key, array(100)):
            pass
    assert [r.key for r in devices.residents()] == ["a", "c"]
    with devices.lease("a", array(100)), devices.lease("c", array(100)):
        with (
            pytest.raises(DeviceError, match=r"needs 0\.0 MB on cpu; the budget is .* in use"),
            devices.lease("d", array(100)),
        ):
            pass
        assert {r.key for r in devices.residents()} == {"a", "c"}


def test_a_model_larger_than_the_budget_is_refused_with_the_numbers_and_evicts_nobody():
    devices, loads = manager(1_000_000), []
    with devices.lease("small", array(10)):
        pass
    for _ in range(2):
        with (
            pytest.raises(DeviceError, match=r"'big' needs 2\.0 MB on cpu; the budget is 1\.0 MB"),
            devices.lease("big", lambda device: loads.append(1) or np.zeros(2_000_000, np.uint8)),
        ):
            pass
    assert loads == [1] and [r.key for r in devices.residents()] == ["small"]  # its size is known the second time
    with pytest.raises(DeviceError, match="it is larger"), devices.lease("huge", array(1), size=2_000_000):
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


@pytest.mark.parametrize(
    "error",
    [
        MemoryError("Unable to allocate 3 GiB for an array"),
        RuntimeError("MPS backend out of memory (MPS allocated: 8 GB, max allowed: 9 GB)"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory: you tried"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    ],
)
def test_each_allocator_is_understood_and_for_ever_is_an_error(error):
    assert is_out_of_memory(error)

    def starved(device):
        raise error

    with pytest.raises(DeviceError, match="more memory than there is") as refused, manager().lease("x", starved):
        pass
    assert refused.value.__cause__ is error


def test_other_errors_pass_and_leave_nothing_behind():
    devices = manager()
    for problem in (ZeroDivisionError("by 0"), RuntimeError("shapes do not match"), KeyboardInterrupt()):

        def broken(device, problem=problem):
            raise problem

        assert not is_out_of_memory(problem)
        with pytest.raises(type(problem)), devices.lease("y", broken):
            pass
    with devices.lease("y", array(5)) as model:
        assert model.nbytes == 5


def test_work_that_runs_out_of_memory_is_done_again_then_on_the_cpu_and_told():
    devices, seen = fast(), []

    def work(view):
        with view.lease("m", array(5)):
            seen.append(view.device)
            if view.device != "cpu":
                raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")
            return "done"

    usage = Usage()
    assert devices.run(work, usage) == "done" and seen == ["fast:0", "fast:0", "cpu"]
    assert usage.device == "cpu" and usage.remarks == ["memory ran out on fast:0; it ran on the CPU, slower"]
    assert all(r.pins == 0 for r in devices.residents())
    seen.clear()
    assert devices.run(work, Usage()) == "done" and seen[0] == "fast:0"  # the next call tries the device again

    def never(view):
        seen.append(1)
        raise MemoryError

    seen.clear()
    with pytest.raises(MemoryError):
        manager().run(never, Usage())
    assert seen == [1]  # there was nothing to evict: once more would have been the same


def test_an_accelerator_without_room_falls_back_to_the_cpu_with_a_warning():
    devices = fast(fast=10)
    with pytest.warns(UserWarning, match="it runs on the CPU"), devices.lease("a", array(100)):
        assert [r.device for r in devices.residents()] == ["cpu"]
    usage = Usage()
    with devices.recording(usage).lease("a", array(100)):
        assert usage.device == "cpu" and "no room for 'a' on fast:0" in usage.remarks[0]


def test_falling_back_is_not_for_ever():
    free = [50]
    devices = fast(probe=lambda device: (free[0], 1000))

    def loader(device):
        if device != "cpu" and free[0] < 100:
            raise MemoryError
        return np.zeros(10, np.uint8)

    used = []
    for free[0] in (50, 50, 200):
        usage = Usage()
        with devices.recording(usage).lease("m", loader):
            used.append(usage.device)
    assert used == ["cpu", "cpu", "fast:0"]


def test_what_runs_on_the_cpu_alone_is_never_booked_elsewhere():
    devices, usage = fast(fast=10), Usage()
    with devices.recording(usage).lease("a", array(100), on="cpu"):
        assert [r.device for r in devices.residents()] == ["cpu"] and usage.device == "cpu" and not usage.remarks
    with devices.recording(usage).lease("b", array(5)):
        assert usage.device == "cpu+fast:0"
    assert Usage().device == "cpu"


def test_a_lease_tells_the_weights_it_was_loaded_from_each_time():
    devices = manager()

    def loader(device):
        with devices.lease("inner", lambda d: note_weights({"inner.safetensors": "22"}) or 1):
            note_weights({"outer.safetensors": "11"})
        return 2

    for _ in range(2):
        usage = Usage()
        with devices.recording(usage).lease("outer", loader):
            assert usage.weights == {"outer.safetensors": "11", "inner.safetensors": "22"}


def test_keys_notice_new_weights(tmp_path):
    import os

    path = tmp_path / "net.safetensors"
    assert weights_key(path) == (str(path), 0, 0)
    path.write_bytes(b"one")
    first = weights_key(path)
    os.utime(path, ns=(1, 1))
    assert weights_key(path) != first
    path.write_bytes(b"longer")
    os.utime(path, ns=(1, 1))
    assert weights_key(path)[2] == 6


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


class Fake:
    """A model that says how large it is."""

    def __init__(self, nbytes):
        self.nbytes = nbytes


def test_three_models_under_a_budget_for_two_are_lent_to_eight_threads():
    devices = DeviceManager("cpu", budget_bytes={"cpu": 500}, wait_seconds=30)
    alive, most, problems = [0], [0], []
    lock = threading.Lock()

    class Model(Fake):
        def __init__(self):
            super().__init__(200)
            with lock:
                alive[0] += 200
                most[0] = max(most[0], alive[0])

        def __del__(self):
            with lock:
                alive[0] -= 200

    def use(number):
        for turn in range(25):
            try:
                with devices.lease((number * 7 + turn * 5) % 3, lambda device: Model(), size=200) as model:
                    assert sum(r.bytes for r in devices.residents()) <= 500 and model.nbytes == 200
                    time.sleep(0.0005)
                    del model  # who keeps a model after the block keeps its memory
            except Exception as error:
                problems.append(error)

    threads = [threading.Thread(target=use, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not problems and not any(t.is_alive() for t in threads)
    assert most[0] <= 500 and all(r.pins == 0 for r in devices.residents())


def test_a_resident_model_never_waits_for_another_load():
    devices, loading, go = manager(), threading.Event(), threading.Event()
    with devices.lease("here", array(10)):
        pass

    def slow(device):
        loading.set()
        go.wait(10)
        return np.zeros(10, np.uint8)

    def lease_slowly():
        with devices.lease("slow", slow):
            pass

    thread = threading.Thread(target=lease_slowly)
    thread.start()
    loading.wait(10)
    began = time.monotonic()
    with devices.lease("here", array(10)), devices.lease("small", array(10), size=10):
        assert time.monotonic() - began < 1
    go.set()
    thread.join()


def test_a_lease_waits_for_room_and_the_wait_has_an_end():
    devices, until, began = manager(250, wait_seconds=0.2), threading.Event(), threading.Event()
    thread = hold(devices, "a", 200, until, began)
    began.wait(10)
    with (
        pytest.raises(DeviceError, match="others kept their models all the while"),
        devices.lease("b", array(100), size=100),
    ):
        pass
    devices.wait_seconds = 10
    threading.Timer(0.1, until.set).start()
    with devices.lease("b", array(100), size=100):
        assert [r.key for r in devices.residents()] == ["b"]
    thread.join()


def test_two_that_hold_and_want_more_do_not_wait_for_each_other():
    devices, problems, meet = manager(250, wait_seconds=20), [], threading.Barrier(2)

    def use(mine, other):
        with devices.lease(mine, array(100), size=100):
            meet.wait(10)
            try:
                with devices.lease(other, array(100), size=100):
                    pass
            except DeviceError as error:
                problems.append(error)

    began = time.monotonic()
    threads = [threading.Thread(target=use, args=pair) for pair in (("a", "c"), ("b", "d"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(15)
    assert time.monotonic() - began < 5 and len(problems) == 1  # one gives up, the other gets its room


def test_a_loader_that_leases_its_own_model_is_refused():
    devices = manager(wait_seconds=5)

    def loader(device):
        with devices.lease("a", loader) as model:
            return model

    with pytest.raises(DeviceError, match="its loader leases the model itself"), devices.lease("a", loader):
        pass
    with devices.lease("a", array(1)):
        pass


def test_budgets_come_from_free_memory():
    free = [1000]
    devices = DeviceManager("cpu", probe=lambda device: (free[0], 10_000))
    assert devices.budget("cpu") == 600
    with devices.lease("a", array(400)):
        free[0] = 600
        assert devices.budget("cpu") == 600  # what is cached counts as free: it can go
        free[0] = 100
        assert devices.budget("cpu") == 300


def test_control_groups_limit_memory(tmp_path):
    mine = tmp_path / "self"
    mine.write_text("12:cpu,memory:/a\n3:cpuset:/\n0::/b/c\n")
    old, new = tmp_path / "memory" / "a", tmp_path / "b"
    (new / "c").mkdir(parents=True)
    old.mkdir(parents=True)
    (old / "memory.limit_in_bytes").write_text("5000\n")
    (old / "memory.usage_in_bytes").write_text("1000\n")
    (new / "memory.max").write_text("800\n")
    (new / "memory.current").write_text("700\n")
    (new / "c" / "memory.max").write_text("max\n")
    (new / "c" / "memory.current").write_text("700\n")
    assert sorted(_control_groups(tmp_path, mine)) == [(800, 700), (5000, 1000)]
    assert _control_groups(tmp_path, tmp_path / "none") == []


def test_measuring_reaches_into_objects_modules_slots_and_closures():
    import torch

    big = np.zeros(100_000, np.float32)

    class Slotted:
        __slots__ = ("__hidden", "rows", "unset")

        def __init__(self):
            self.rows, self.__hidden = big[:10], big[5:]

    class Holder:
        def __init__(self):
            self.arrays = {"a": big, "b": [big[3:], big.reshape(100, 1000)], "c": Slotted()}

    def closure():
        held = big
        return lambda: held

    for thing in (Holder(), Slotted(), closure(), [big, big]):
        assert 400_000 <= measure_bytes(thing) < 402_000
    assert measure_bytes(torch.nn.Linear(3, 2)) == 4 * 8
    whole = torch.zeros(1000)
    assert 4000 <= measure_bytes([whole[:10], whole[10:], whole.view(10, 100)]) < 4200
    words = {f"word {n}": n for n in range(1000)}
    assert measure_bytes(words) > 50_000


def test_an_unknown_device_is_named():
    with pytest.raises(DeviceError, match="no device 'cuda:9' here; there are: cpu"):
        DeviceManager("cuda:9")


def test_weights_that_were_trained_anew_are_another_thing_to_lend(tmp_path):
    devices, loads = DeviceManager("cpu"), []
    path, other = tmp_path / "net.safetensors", tmp_path / "other.safetensors"

    def load(device):
        loads.append(device)
        return path.read_bytes()

    def lent(kind, *files):
        with lend_weights(devices, kind, files, load, on="cpu") as model:
            return model

    path.write_bytes(b"first")
    other.write_bytes(b"second")
    assert lent(("painting", "gan"), path) == lent(("painting", "gan"), path) == b"first" and loads == ["cpu"]
    lent(("painting", "sketch"), path)
    lent(("painting", "gan"), path, other)
    assert len(loads) == 3
    path.write_bytes(b"longer than before")
    assert lent(("painting", "gan"), path) == b"longer than before" and len(loads) == 4


def several(cpu=1000, first=1000, second=1000):
    budgets = {"cpu": cpu, "fast:0": first, "fast:1": second}
    devices = DeviceManager(None, budget_bytes=budgets, probe=lambda device: (budgets[device], 1000))
    devices._pool.accelerators = ("fast:0", "fast:1")
    return devices


def test_the_accelerator_with_most_free_memory_is_chosen_and_the_next_one_is_tried():
    assert several(first=10, second=50).device == "fast:1"
    usage = Usage()
    devices = several(first=60, second=50)
    with devices.recording(usage).lease("a", array(55)), devices.recording(usage).lease("b", array(50), size=50):
        assert [(r.key, r.device) for r in devices.residents()] == [("a", "fast:0"), ("b", "fast:1")]
    assert usage.remarks == ["there is no room for 'b' on fast:0; it runs on fast:1"]
    devices = several(cpu=10, first=60, second=50)
    with (
        pytest.raises(DeviceError, match=r"'c' needs .* on cpu; .*; 0\.0 MB on fast:0 with a budget of .* on fast:1"),
        devices.recording(Usage()).lease("c", array(99), size=99),
    ):
        pass


def test_a_size_may_depend_on_the_device():
    devices, usage = several(first=60, second=60), Usage()
    with devices.recording(usage).lease("a", array(5), size=lambda device: 50 if device == "cpu" else 100):
        assert usage.device == "cpu" and devices.residents()[0].bytes == 50


def test_a_batch_is_halved_then_the_device_is_changed_and_all_of_it_is_told():
    devices, seen = several(), []

    def work(view, most):
        rows = view.rows(12)
        with view.lease("m", array(5)):
            seen.append((view.device, rows))
            if rows > most.get(view.device, 0):
                raise MemoryError
            return rows

    usage = Usage()
    assert devices.run(lambda view: work(view, {"fast:0": 3}), usage) == 3
    assert seen == [("fast:0", 12), ("fast:0", 12), ("fast:0", 6), ("fast:0", 3)]
    assert [remark.partition(";")[0] for remark in usage.remarks] == ["memory ran out on fast:0"] * 2
    assert "3 rows at once in place of 12" in usage.remarks[1]
    seen.clear()
    usage = Usage()
    assert devices.run(lambda view: work(view, {"cpu": 6}), usage) == 6
    assert seen[-2:] == [("cpu", 12), ("cpu", 6)] and {device for device, _ in seen} == {"fast:0", "fast:1", "cpu"}
    assert usage.device == "cpu" and "memory ran out on fast:1; it ran on the CPU, slower" in usage.remarks
    with pytest.raises(MemoryError):
        devices.run(lambda view: work(view, {}), Usage())
    assert all(r.pins == 0 for r in devices.residents())


def _save_networks(folder, megabytes):
    """Three files of weights whose numbers are 1, 2 and 3."""
    from safetensors.numpy import save_file

    for number in (1, 2, 3):
        save_file({"w": np.full((megabytes, 250_000), number, np.float32)}, folder / f"{number}.safetensors")


def _own_bytes():
    """Memory of this process that no file stands behind."""
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("RssAnon"))


@pytest.mark.parametrize("megabytes", [20, pytest.param(200, marks=pytest.mark.slow)])
def test_three_real_models_under_a_budget_for_two_and_a_half(tmp_path, megabytes):
    """200 requests of 8 threads in any order: each is right, and memory stays below the budget and one model on its way."""
    import weakref

    import torch
    from safetensors.torch import load_file

    _save_networks(tmp_path, megabytes)
    size = megabytes * 1_000_000
    devices = DeviceManager("cpu", budget_bytes={"cpu": 5 * size // 2}, wait_seconds=120)
    lock, counts, problems = threading.Lock(), {"loads": 0, "done": 0, "alive": 0, "most": 0, "memory": 0}, []

    def change(alive):
        counts["alive"] += alive
        counts["most"] = max(counts["most"], counts["alive"])

    def load(number):
        def from_file(device):
            model = torch.nn.ParameterDict({"w": load_file(tmp_path / f"{number}.safetensors")["w"].clone()})
            with lock:
                counts["loads"] += 1
                change(size)
            weakref.finalize(model, change, -size)  # without the lock: it may run while this thread holds it
            return model

        return from_file

    def use(order):
        for number in order:
            try:
                with devices.lease(("net", number), load(number), size=size) as model:
                    with lock:
                        counts["memory"] = max(counts["memory"], _own_bytes())
                    right = bool(model["w"][number, -1] == number) and bool(model["w"][0, 0] == number)
                    with lock:
                        counts["done"] += right
                    time.sleep(0.001)
                    del model
            except Exception as error:
                problems.append(error)

    orders = np.random.default_rng(5).integers(1, 4, size=(8, 25))
    before = _own_bytes()
    threads = [threading.Thread(target=use, args=(order.tolist(),)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert not problems and not any(thread.is_alive() for thread in threads)
    assert counts["done"] == 200 and 3 <= counts["loads"] <= 200
    assert 2 * size <= counts["most"] <= 5 * size // 2 + size
    if size > 32 << 20:  # smaller blocks stay with the allocator of each thread
        assert counts["memory"] - before < 5 * size // 2 + size
    assert all(r.pins == 0 for r in devices.residents()) and sum(r.bytes for r in devices.residents()) <= 5 * size // 2
