"""The models of the README and of `aec init`, written in PyTorch by hand from docs/language.md.

    python models.py MODEL DATA SEEDS      data: float32, rows of 784 numbers in [0, 1]

Prints a line of JSON for each seed: the held-out loss after the last epoch, as `aec train` reports it.
"""
import json
import sys

import numpy
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def parameter(*shape):
    return torch.zeros(*shape, requires_grad=True)


def glorot(fan_in, fan_out, *shape):
    """Uniform in ± sqrt(6 / (fan_in + fan_out)) (Glorot & Bengio 2010, eq. 16)."""
    limit = (6 / (fan_in + fan_out)) ** 0.5
    return ((torch.rand(*shape) * 2 - 1) * limit).requires_grad_()


class Dense:
    def __init__(self, inputs, units):
        self.kernel, self.bias = glorot(inputs, units, inputs, units), parameter(units)

    def __call__(self, x):
        return x @ self.kernel + self.bias

    def weights(self):
        return [self.kernel, self.bias]


class Conv:
    """3 × 3, stride 1, as many pixels out as in."""

    def __init__(self, inputs, channels):
        self.kernel = glorot(9 * inputs, 9 * channels, channels, inputs, 3, 3)
        self.bias = parameter(channels)

    def __call__(self, x):
        return F.conv2d(x, self.kernel, self.bias, padding=1)

    def weights(self):
        return [self.kernel, self.bias]


def bernoulli(logits, x):
    """−log p, summed over the numbers of an example, averaged over the batch."""
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1).mean()


class Vanilla:
    epochs, batch = 10, 128

    def __init__(self):
        self.code, self.out = Dense(784, 64), Dense(64, 784)
        self.weights = self.code.weights() + self.out.weights()

    def loss(self, x, training):
        return bernoulli(self.out(torch.relu(self.code(x))), x)


class Denoising:
    epochs, batch = 10, 128

    def __init__(self):
        self.code, self.bias = Dense(784, 500), parameter(784)
        self.weights = self.code.weights() + [self.bias]

    def loss(self, x, training):
        seen = x * (torch.rand_like(x) >= 0.25) if training else x
        return bernoulli(torch.sigmoid(self.code(seen)) @ self.code.kernel.T + self.bias, x)


class Convolutional:
    epochs, batch = 10, 64

    def __init__(self):
        self.c1, self.c2, self.code = Conv(1, 16), Conv(16, 8), Dense(392, 32)
        self.dense, self.d1, self.d2 = Dense(32, 392), Conv(8, 16), Conv(16, 1)
        layers = [self.c1, self.c2, self.code, self.dense, self.d1, self.d2]
        self.weights = [w for layer in layers for w in layer.weights()]

    def loss(self, x, training):
        h = F.max_pool2d(torch.relu(self.c1(x.view(-1, 1, 28, 28))), 2)
        h = F.max_pool2d(torch.relu(self.c2(h)), 2).flatten(1)
        # Each mirrored layer has the activation of what it restores.
        y = torch.relu(self.dense(self.code(h))).view(-1, 8, 7, 7)
        y = torch.relu(self.d1(F.interpolate(y, scale_factor=2, mode="nearest")))
        y = self.d2(F.interpolate(y, scale_factor=2, mode="nearest"))
        return bernoulli(y.flatten(1), x)


class Vae:
    epochs, batch = 20, 128

    def __init__(self):
        self.hidden, self.mean, self.log_variance = Dense(784, 400), Dense(400, 20), Dense(400, 20)
        self.back, self.out = Dense(20, 400), Dense(400, 784)
        layers = [self.hidden, self.mean, self.log_variance, self.back, self.out]
        self.weights = [w for layer in layers for w in layer.weights()]

    def loss(self, x, training):
        h = torch.relu(self.hidden(x))
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
        kl = (log_variance.exp() + mean**2 - 1 - log_variance).sum(1).mean() / 2
        return bernoulli(self.out(torch.relu(self.back(z))), x) + kl


models = {"vanilla": Vanilla, "denoising": Denoising, "conv": Convolutional, "vae": Vae}


def train(model, data, seed):
    torch.manual_seed(seed)
    order = torch.randperm(len(data))
    held = round(0.1 * len(data))
    validation, training = data[order[:held]], data[order[held:]]
    net = model()
    optimizer = torch.optim.Adam(net.weights, lr=1e-3, betas=(0.9, 0.999), eps=1e-7)
    for _ in range(net.epochs):
        for rows in torch.randperm(len(training)).split(net.batch):
            optimizer.zero_grad()
            net.loss(training[rows], True).backward()
            optimizer.step()
    with torch.no_grad():
        return net.loss(validation, False).item()


def main():
    name, path, seeds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    data = torch.from_numpy(numpy.fromfile(path, dtype=numpy.float32).reshape(-1, 784)).double()
    for seed in range(1, seeds + 1):
        print(json.dumps({"seed": seed, "loss": train(models[name], data, seed)}), flush=True)


main()
