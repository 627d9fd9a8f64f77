"""Milliseconds a training step of the bench models in JAX, one jitted function with optax: python jax_models.py a|b|c|d"""
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax, random

name = sys.argv[1]
batch = 128 if name in "ad" else 64
keys = iter(random.split(random.key(0), 64))


def dense(inputs, units):
    return {"w": random.normal(next(keys), (inputs, units)) * (2 / (inputs + units)) ** 0.5, "b": jnp.zeros(units)}


def conv(inputs, filters):
    return {"w": random.normal(next(keys), (3, 3, inputs, filters)) * (2 / (9 * (inputs + filters))) ** 0.5, "b": jnp.zeros(filters)}


layout = ("NHWC", "HWIO", "NHWC")


def through(p, x):
    return x @ p["w"] + p["b"]


def convolved(p, x, stride=1):
    return lax.conv_general_dilated(x, p["w"], (stride, stride), "SAME", dimension_numbers=layout) + p["b"]


def transposed(p, x):
    return lax.conv_transpose(x, p["w"], (2, 2), "SAME", dimension_numbers=layout) + p["b"]


def pooled(x):
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def doubled(x):
    return jnp.repeat(jnp.repeat(x, 2, 1), 2, 2)


relu = jax.nn.relu

if name == "a":
    p = [dense(784, 128), dense(128, 64), dense(64, 128), dense(128, 784)]

    def model(p, x, key):
        for layer in p[:-1]:
            x = relu(through(layer, x))
        return through(p[-1], x), 0.0

elif name == "b":
    p = [conv(1, 16), conv(16, 8), dense(392, 32), dense(32, 392), conv(8, 16), conv(16, 1)]

    def model(p, x, key):
        h = relu(convolved(p[1], relu(convolved(p[0], x, 2)), 2)).reshape(len(x), -1)
        h = relu(through(p[3], relu(through(p[2], h)))).reshape(len(x), 7, 7, 8)
        return transposed(p[5], relu(transposed(p[4], h))), 0.0

elif name == "c":
    p = [conv(1, 16), conv(16, 8), dense(392, 32), dense(32, 392), conv(8, 8), conv(8, 16), conv(16, 1)]

    def model(p, x, key):
        h = pooled(relu(convolved(p[1], pooled(relu(convolved(p[0], x)))))).reshape(len(x), -1)
        h = relu(through(p[3], relu(through(p[2], h)))).reshape(len(x), 7, 7, 8)
        return convolved(p[6], doubled(relu(convolved(p[5], doubled(relu(convolved(p[4], h))))))), 0.0

else:
    p = [dense(784, 400), dense(400, 20), dense(400, 20), dense(20, 400), dense(400, 784)]

    def model(p, x, key):
        h = relu(through(p[0], x))
        m, s = through(p[1], h), through(p[2], h)
        z = m + jnp.exp(0.5 * s) * random.normal(key, m.shape)
        return through(p[4], relu(through(p[3], z))), 0.5 * (m * m + jnp.exp(s) - s - 1).sum() / len(x)


optimizer = optax.adam(1e-3)


def loss(p, x, key):
    logits, penalty = model(p, x, key)
    return optax.sigmoid_binary_cross_entropy(logits, x).sum() / len(x) + penalty


@jax.jit
def step(p, state, x, key):
    key, own = random.split(key)
    value, gradients = jax.value_and_grad(loss)(p, x, own)
    updates, state = optimizer.update(gradients, state)
    return optax.apply_updates(p, updates), state, key, value


x = jnp.asarray(np.random.default_rng(7).random((batch, 784) if name in "ad" else (batch, 28, 28, 1)), jnp.float32)
state, key = optimizer.init(p), random.key(1)
for _ in range(5):
    p, state, key, value = step(p, state, x, key)
rounds = []
for _ in range(7):
    start = time.perf_counter()
    for _ in range(10):
        p, state, key, value = step(p, state, x, key)
        float(value)
    rounds.append((time.perf_counter() - start) * 100)
print(sorted(rounds)[3])
