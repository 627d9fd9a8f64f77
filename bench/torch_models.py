"""Milliseconds a training step of the bench models in PyTorch, eager, on the CPU:
python torch_models.py a|b|c|d, or tree FILE.json, which goes node by node"""
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(2)
name = sys.argv[1]


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.e, self.m, self.s = nn.Linear(784, 400), nn.Linear(400, 20), nn.Linear(400, 20)
        self.d, self.o = nn.Linear(20, 400), nn.Linear(400, 784)

    def forward(self, x):
        h = F.relu(self.e(x))
        m, s = self.m(h), self.s(h)
        z = m + torch.exp(0.5 * s) * torch.randn_like(m)
        return self.o(F.relu(self.d(z))), 0.5 * (m * m + s.exp() - s - 1).sum() / len(x)


models = {
    "a": lambda: nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 784)),
    "b": lambda: nn.Sequential(
        nn.Conv2d(1, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 8, 3, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(392, 32), nn.ReLU(),
        nn.Linear(32, 392), nn.ReLU(), nn.Unflatten(1, (8, 7, 7)), nn.ConvTranspose2d(8, 16, 3, 2, 1, 1), nn.ReLU(), nn.ConvTranspose2d(16, 1, 3, 2, 1, 1)),
    "c": lambda: nn.Sequential(
        nn.Conv2d(1, 16, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 8, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(392, 32), nn.ReLU(),
        nn.Linear(32, 392), nn.ReLU(), nn.Unflatten(1, (8, 7, 7)), nn.Conv2d(8, 8, 3, 1, 1), nn.ReLU(), nn.Upsample(scale_factor=2),
        nn.Conv2d(8, 16, 3, 1, 1), nn.ReLU(), nn.Upsample(scale_factor=2), nn.Conv2d(16, 1, 3, 1, 1)),
    "d": Vae,
    "tree": lambda: Tree(),
}


class Tree(nn.Module):
    """A recursive autoencoder of d = 50: one look-up for all words of a batch, and a call a node."""

    def __init__(self, d=50):
        super().__init__()
        self.table = nn.Embedding(20000, d)
        self.join, self.part = nn.Linear(2 * d, d), nn.Linear(d, 2 * d)
        self.trees, self.at = json.load(open(sys.argv[2])), 0

    def forward(self, batch=16):
        chosen = [self.trees[(self.at * batch + i) % len(self.trees)] for i in range(batch)]
        self.at += 1
        leaves = iter(self.table(torch.tensor([word for tree in chosen for word in words(tree)])))
        terms = []

        def composed(tree):
            if isinstance(tree, int):
                return next(leaves)
            both = torch.cat([composed(tree[0]), composed(tree[1])])
            h = torch.tanh(self.join(both))
            vector = h / h.norm()
            terms.append(0.5 * (torch.tanh(self.part(vector)) - both).square().sum())
            return vector

        for tree in chosen:
            composed(tree)
        return torch.stack(terms).sum() / batch


def words(tree):
    return [tree] if isinstance(tree, int) else words(tree[0]) + words(tree[1])


model = models[name]()
x = torch.rand(*((128, 784) if name in "ad" else (64, 1, 28, 28)))
optimizer = torch.optim.Adam(model.parameters(), 1e-3)


def step():
    optimizer.zero_grad()
    if name == "tree":
        loss = model()
    else:
        out = model(x)
        logits, penalty = out if name == "d" else (out, 0.0)
        loss = F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x) + penalty
    loss.backward()
    optimizer.step()
    return loss.item()


for _ in range(5):
    step()
rounds = []
for _ in range(7):
    start = time.perf_counter()
    for _ in range(10):
        step()
    rounds.append((time.perf_counter() - start) * 100)
print(sorted(rounds)[3])
