"""Several processes that train together: what each of them must know of the others."""

from __future__ import annotations

import torch
from accelerate import Accelerator
from torch import Tensor


def gather_rows(accelerator: Accelerator, rows: Tensor) -> tuple[Tensor, slice]:
    """The rows of all processes, in the order of their numbers, and which are this process's.

    No gradient passes: what is gathered are features of the frozen tower and coordinates. So each
    process embeds the places of all, and only then do the losses of its own photos count.

    Args:
        accelerator: That knows the processes.
        rows: Shape (n, ...); n may differ between processes, and be 0.
    """
    if accelerator.num_processes == 1:
        return rows, slice(0, len(rows))
    device = rows.device
    rows = rows.to(accelerator.device)
    sizes = accelerator.gather(torch.tensor([len(rows)], device=accelerator.device)).tolist()
    longest = max(sizes)
    padded = torch.cat([rows, rows.new_zeros(longest - len(rows), *rows.shape[1:])])
    gathered = accelerator.gather(padded).split(longest)
    together = torch.cat([part[:size] for part, size in zip(gathered, sizes, strict=True)])
    start = sum(sizes[: accelerator.process_index])
    return together.to(device), slice(start, start + sizes[accelerator.process_index])
