// Before the first paint: the page never flashes in the other colours. A classic script, since modules run later.
document.documentElement.dataset.theme = localStorage.getItem('convoy.theme') ?? 'auto';
