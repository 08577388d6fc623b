"""PyTorch as a peer of the neural engine. Reads lines `case threads calls`, answers each with the seconds of one step (mean over the calls), or `error` and what was wrong.

Every case is a training step or a forward and backward pass over fixed random data, as a user of PyTorch would write it; the first use of a case builds it and warms it up.
"""
import ctypes
import sys
import time

try:
    import torch
    from torch import nn
    from torch.nn import functional as F
except Exception as e:  # the bench goes on without
    print("error", e, flush=True)
    sys.exit(0)


def training(net, x, y):
    """A step of Adam on the mean squared error."""
    adam = torch.optim.Adam(net.parameters(), lr=1e-3)

    def step():
        adam.zero_grad(set_to_none=True)
        out = net(x)
        F.mse_loss(out[0] if isinstance(out, tuple) else out, y).backward()
        adam.step()

    return step


def mlp():
    net = nn.Sequential(nn.Linear(300, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 300))
    return training(net, torch.randn(500, 300), torch.randn(500, 300))


def small_mlp():
    net = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
    return training(net, torch.randn(64, 30), torch.randn(64, 1))


def conv(batch, size, inputs, outputs, layout=torch.contiguous_format, up=False):
    """Forward and backward, by the data too; `layout` is PyTorch's default (NCHW) or channels last; `up` is a transposed one that doubles the size."""
    layer = nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1) if up else nn.Conv2d(inputs, outputs, 3, padding=1)
    layer = layer.to(memory_format=layout)
    x = torch.randn(batch, inputs, size, size).contiguous(memory_format=layout).requires_grad_(inputs > 1)  # a first layer's data need no gradient
    to = 2 * size if up else size
    dy = torch.randn(batch, outputs, to, to).contiguous(memory_format=layout)

    def step():
        layer.zero_grad(set_to_none=True)
        x.grad = None
        layer(x).backward(dy)

    return step


class Block(nn.Module):
    """A pre-norm transformer block with one product for Q, K and V: leaner than nn.TransformerEncoderLayer, which is the case `transformer_layer`."""

    def __init__(self, d=64, heads=4, hidden=256):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.qkv, self.out = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.up, self.down = nn.Linear(d, hidden), nn.Linear(hidden, d)

    def forward(self, x):
        b, n, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, n, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        weights = torch.softmax(q @ k.transpose(-1, -2) * (d // self.heads) ** -0.5, -1)
        x = x + self.out((weights @ v).transpose(1, 2).reshape(b, n, d))
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))


def transformer():
    return training(Block(), torch.randn(64, 24, 64), torch.randn(64, 24, 64))


def transformer_layer():
    net = nn.TransformerEncoderLayer(64, 4, 256, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)
    return training(net, torch.randn(64, 24, 64), torch.randn(64, 24, 64))


def recurrent(kind):
    return training(kind(64, 64, batch_first=True), torch.randn(64, 24, 64), torch.randn(64, 24, 64))


def loss(function, rows=500, columns=300):
    """Forward and backward of a function of 500 x 300 numbers."""
    x = torch.randn(rows, columns, requires_grad=True)

    def step():
        x.grad = None
        function(x).backward()

    return step


def cross_entropy(width, joined):
    """Over blocks of columns of one width: joined as one matrix of classes, which only equal widths allow, or block by block, as tables need it."""
    blocks = 300 // width
    targets = torch.randint(0, width, (500, blocks))
    if joined:
        return loss(lambda x: F.cross_entropy(x.reshape(-1, width), targets.reshape(-1), reduction="sum") / 500)
    each = [targets[:, i].contiguous() for i in range(blocks)]
    return loss(lambda x: sum(F.cross_entropy(x[:, i * width:(i + 1) * width], each[i]) for i in range(blocks)))


def noisy_target():
    return torch.rand(500, 300)


cases = {
    "cross_entropy_300": lambda: cross_entropy(300, True),
    "cross_entropy_20": lambda: cross_entropy(20, False),
    "cross_entropy_20_joined": lambda: cross_entropy(20, True),
    "cross_entropy_2_joined": lambda: cross_entropy(2, True),
    "softmax_20_joined": lambda: loss(lambda x: torch.softmax(x.reshape(-1, 20), 1).sum()),
    "gumbel_20_joined": lambda: loss(lambda x: F.gumbel_softmax(x.reshape(-1, 20), tau=0.2).sum()),
    "dropout": lambda: loss(lambda x: F.dropout(x, 0.25).sum()),
    "normals": lambda: loss(lambda x: (x + torch.randn_like(x)).sum()),
    "mean_squared_error": lambda: loss(lambda x, y=noisy_target(): F.mse_loss(x, y)),
    "binary_cross_entropy": lambda: loss(lambda x, y=noisy_target(): F.binary_cross_entropy_with_logits(x, y, reduction="sum") / 500),
    "mlp": mlp,
    "small_mlp": small_mlp,
    "conv28": lambda: conv(64, 28, 32, 64),
    "conv14": lambda: conv(64, 14, 64, 128),
    "conv64": lambda: conv(16, 64, 32, 64),
    "conv_first": lambda: conv(64, 28, 1, 32),
    "conv_first_last": lambda: conv(64, 28, 1, 32, torch.channels_last),
    "conv_up": lambda: conv(64, 14, 64, 32, up=True),
    "conv_up_last": lambda: conv(64, 14, 64, 32, torch.channels_last, up=True),
    "conv28_last": lambda: conv(64, 28, 32, 64, torch.channels_last),
    "conv14_last": lambda: conv(64, 14, 64, 128, torch.channels_last),
    "conv64_last": lambda: conv(16, 64, 32, 64, torch.channels_last),
    "transformer": transformer,
    "transformer_layer": transformer_layer,
    "gru": lambda: recurrent(nn.GRU),
    "lstm": lambda: recurrent(nn.LSTM),
}


def limit_blas(threads):
    """Debian's PyTorch multiplies by OpenBLAS, whose own threads torch.set_num_threads leaves alone: without this, "one thread" uses every processor."""
    try:
        ctypes.CDLL("libopenblas.so.0").openblas_set_num_threads(threads)
    except (OSError, AttributeError):
        pass  # another BLAS


def main():
    torch.manual_seed(1)
    limit_blas(1)
    torch.set_num_threads(1)
    print("torch", torch.__version__, flush=True)
    steps = {}
    for line in sys.stdin:
        try:
            name, threads, calls = line.split()
            if torch.get_num_threads() != int(threads):
                torch.set_num_threads(int(threads))
                limit_blas(int(threads))
            if name not in steps:
                steps[name] = cases[name]()
                for _ in range(max(3, int(calls) // 2)):
                    steps[name]()
            step = steps[name]
            start = time.perf_counter()
            for _ in range(int(calls)):
                step()
            print((time.perf_counter() - start) / int(calls), flush=True)
        except Exception as e:
            print("error", type(e).__name__, str(e).splitlines()[:1], flush=True)


main()
