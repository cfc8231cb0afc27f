# PyTorch's training step on a GPU: cuda.py mnist|cats-dogs BATCH STEPS float32|bfloat16. Pictures come as bytes in page-locked memory, as they do to a
# replica, channels last; the loss is read after every step. Prints the median in milliseconds.
import sys, time, torch
from torch import nn
net, batch, steps, precision = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
torch.backends.cudnn.deterministic = True
gpu, last = torch.device("cuda:0"), torch.channels_last
def conv(before, after): return [nn.Conv2d(before, after, 3), nn.ReLU(inplace=True)]
pool = lambda: nn.MaxPool2d(2)
if net == "mnist":
    model = nn.Sequential(*conv(1, 32), pool(), *conv(32, 64), pool(), *conv(64, 64), nn.Flatten(), nn.Linear(576, 64), nn.ReLU(inplace=True), nn.Linear(64, 10))
    shape, classes, criterion = (28, 28, 1), 10, nn.CrossEntropyLoss()
else:
    model = nn.Sequential(*conv(3, 32), pool(), *conv(32, 64), pool(), *conv(64, 128), pool(), *conv(128, 128), pool(), nn.Flatten(), nn.Linear(6272, 512), nn.ReLU(inplace=True), nn.Linear(512, 1))
    shape, classes, criterion = (150, 150, 3), 2, nn.BCEWithLogitsLoss()
model = model.to(gpu, memory_format=last)
optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-4, alpha=0.9, eps=1e-7)
pictures = [torch.randint(256, (batch, *shape), dtype=torch.uint8).pin_memory() for _ in range(8)]
labels = [(torch.randint(classes, (batch,)) if classes > 2 else torch.randint(2, (batch, 1)).float()).pin_memory() for _ in range(8)]
times = []
for step in range(steps + 20):
    started = time.perf_counter()
    inputs = pictures[step % 8].to(gpu, non_blocking=True).permute(0, 3, 1, 2).float().div_(255)
    targets = labels[step % 8].to(gpu, non_blocking=True)
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast("cuda", torch.bfloat16, enabled=precision == "bfloat16"):
        loss = criterion(model(inputs), targets)
    loss.backward()
    optimizer.step()
    loss.item()
    if step >= 20: times.append((time.perf_counter() - started) * 1000)
print(f"{sorted(times)[len(times) // 2]:.3f}")
