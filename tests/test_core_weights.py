"""Weights come back as they went, and a file that is none is told apart and changes nothing."""

import os
import pickle

import pytest
import torch
from torch import nn

from course_utils.core.define import seeded_net
from course_utils.core.weights import load_weights, save_weights


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "net.pt"
    save_weights(seeded_net(1), path)
    return path


def same(one: nn.Module, other: nn.Module) -> bool:
    a, b = one.state_dict(), other.state_dict()
    return all(torch.equal(a[name], b[name]) for name in a)


def refused(path, message):
    """Loading is refused with these words, and the network keeps its weights."""
    net = seeded_net(0)
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        load_weights(net, path)
    assert same(net, seeded_net(0))


def test_what_was_saved_is_loaded(file):
    net = seeded_net(0).eval()
    load_weights(net, str(file))
    assert same(net, seeded_net(1))
    assert not net.training


def test_torch_reads_it_too(file):
    assert list(torch.load(file, weights_only=True)) == list(seeded_net().state_dict())


def test_buffers_are_saved(tmp_path):
    one, other = nn.BatchNorm2d(3), nn.BatchNorm2d(3)
    one(torch.randn(4, 3, 5, 5))
    save_weights(one, tmp_path / "norm.pt")
    load_weights(other, tmp_path / "norm.pt")
    assert same(one, other)


def test_a_file_is_replaced_whole_and_leaves_nothing_beside_it(file):
    save_weights(seeded_net(2), file)
    net = seeded_net(0)
    load_weights(net, file)
    assert same(net, seeded_net(2))
    assert os.listdir(file.parent) == ["net.pt"]


def test_an_interrupted_save_keeps_the_old_file(file, monkeypatch):
    before = file.read_bytes()

    def half(state, stream):
        stream.write(b"PK half")
        raise OSError("No space left on device")

    monkeypatch.setattr(torch, "save", half)
    with pytest.raises(OSError, match="No space left"):
        save_weights(seeded_net(2), file)
    assert file.read_bytes() == before
    assert os.listdir(file.parent) == ["net.pt"]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no folder .* to save `net.pt` in: make it"):
        save_weights(seeded_net(), tmp_path / "none" / "net.pt")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(IsADirectoryError, match="is a folder: give a file in it"):
        save_weights(seeded_net(), tmp_path)


def test_a_missing_file_is_named(tmp_path):
    refused(tmp_path / "net.pt", r"There is no file `.*net.pt` to load weights from")


@pytest.mark.parametrize("kept", [0, 1, 4, 100, 5000, -1])
def test_a_file_cut_short_is_damaged(file, kept):
    file.write_bytes(file.read_bytes()[:kept])
    refused(file, r"`net.pt` cannot be read as weights: it is damaged, incomplete or another")


@pytest.mark.parametrize("content", [b"hello", b"\x80\x02", b"\xff" * 300, b"\x89PNG\r\n"])
def test_another_kind_of_file_is_refused(file, content):
    file.write_bytes(content)
    refused(file, "damaged, incomplete or another kind of file")


def test_a_whole_network_is_not_opened(file):
    torch.save(seeded_net(1), file)
    refused(file, r"holds more than weights, .* Save net.state_dict\(\), not the network")


class Trap:
    opened = False

    def __reduce__(self):
        return (setattr, (Trap, "opened", True))


def test_code_in_a_file_is_not_run(file):
    torch.save({"conv1.weight": Trap()}, file)
    refused(file, "holds more than weights")
    file.write_bytes(pickle.dumps(Trap()))
    refused(file, "cannot be read as weights")
    assert not Trap.opened


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (torch.zeros(3), "holds no weights by name, but Tensor"),
        ({"epoch": 3}, "holds no weights by name, but dict"),
        ({}, "another network: it lacks conv1.weight, conv1.bias, conv2.weight and 7 more"),
        (nn.Linear(2, 2).state_dict(), "and it has weight, bias, which the network lacks"),
    ],
)
def test_other_contents_are_told_apart(file, content, message):
    torch.save(content, file)
    refused(file, message)


def test_other_sizes_are_told(file):
    net = seeded_net(1)
    net.fc1 = nn.Linear(256, 120)
    save_weights(net, file)
    refused(file, r"fc1.weight has the shape \(120, 256\) there and \(120, 400\) here")
