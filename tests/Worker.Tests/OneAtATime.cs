// oneDNN crashes where two threads build a convolution's kernels at once, as tests side by side do.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
