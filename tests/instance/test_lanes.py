"""The queue of requests: long ones leave a thread to the others."""

from queue import SimpleQueue
from threading import Thread, current_thread
from time import sleep

from apps.instance.lanes import LONG, MOST_KINDS, Lanes


def known(lanes: Lanes[str], **seconds: float) -> None:
    for kind, duration in seconds.items():
        lanes.finish(kind, is_long=False, seconds=duration)


def test_long_requests_leave_the_last_thread_to_short_ones() -> None:
    lanes: Lanes[str] = Lanes(3)
    known(lanes, map=1.0, node=0.001)
    for number in range(5):
        lanes.put("map", f"map {number}")
    turns = [lanes.take(), lanes.take()]
    lanes.put("node", "node 1")
    third = lanes.take()
    assert [turn.__enter__() for turn in (*turns, third)] == ["map 0", "map 1", "node 1"]
    turns[0].__exit__()
    assert lanes.take().__enter__() == "map 2"


def test_short_requests_overtake_long_ones() -> None:
    lanes: Lanes[str] = Lanes(1)
    known(lanes, map=1.0, node=0.001)
    lanes.put("map", "map")
    lanes.put("node", "node")
    with lanes.take() as first:
        assert first == "node"
    with lanes.take() as second:
        assert second == "map"


def test_what_is_not_known_counts_as_long_until_it_was_short() -> None:
    lanes: Lanes[str] = Lanes(2)
    lanes.put("new", "first")
    lanes.put("new", "second")
    lanes.take().__enter__()
    known(lanes, new=LONG / 2)
    lanes.put("new", "third")
    assert lanes.take().__enter__() == "third"


def test_the_first_of_an_unknown_kind_may_have_the_last_thread() -> None:
    lanes: Lanes[str] = Lanes(2)
    lanes.put("map", "map 1")
    lanes.put("map", "map 2")
    lanes.take().__enter__()
    lanes.put("node", "node")
    with lanes.take() as second:
        assert second == "node"
    lanes.put("node", "node again")
    assert lanes.take().__enter__() == "node again"


def test_what_is_not_known_comes_before_what_is_known_to_be_long() -> None:
    lanes: Lanes[str] = Lanes(4)
    known(lanes, map=1.0)
    lanes.put("map", "map")
    lanes.put("new", "new 1")
    lanes.put("new", "new 2")
    lanes.put("other", "other")
    assert [lanes.take().__enter__() for _ in range(3)] == ["other", "new 1", "map"]


def test_the_thread_that_worked_last_gets_the_next_request() -> None:
    lanes: Lanes[str] = Lanes(2)
    served: SimpleQueue[str] = SimpleQueue()

    def work() -> None:
        while True:
            with lanes.take() as item:
                if item == "end":
                    return
                served.put(current_thread().name)

    threads = [Thread(target=work, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    known(lanes, node=0.001)
    names = set()
    for number in range(20):
        while len(lanes._idle) < 2:
            sleep(0.001)
        lanes.put("node", f"node {number}")
        names.add(served.get(timeout=5))
    assert len(names) == 1
    for _thread in threads:
        lanes.put("end", "end")
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()


def test_the_memory_for_kinds_is_bounded() -> None:
    lanes: Lanes[str] = Lanes(2)
    for number in range(3 * MOST_KINDS):
        known(lanes, **{f"kind {number}": 0.001})
    assert len(lanes._seconds) <= MOST_KINDS


def test_the_kinds_of_long_requests_take_turns() -> None:
    lanes: Lanes[str] = Lanes(4)
    known(lanes, map=1.0, history=1.0)
    for number in range(3):
        lanes.put("map", f"map {number}")
    lanes.put("history", "history")
    assert [lanes.take().__enter__() for _ in range(3)] == ["map 0", "history", "map 1"]


def test_one_slow_response_is_soon_forgotten() -> None:
    lanes: Lanes[str] = Lanes(2)
    known(lanes, node=60.0)
    for _ in range(4):
        known(lanes, node=0.001)
    lanes.put("map", "map")
    lanes.take().__enter__()
    lanes.put("node", "node")
    assert lanes.take().__enter__() == "node"
