# %% mlp_backward: backward-db-mean
# the bias gradient is divided by the batch size (a mean), dW is right
def mlp_backward(dout, zs, hs, Ws, df):
    L, grads = len(Ws), {}
    d = dout
    for i in range(L)[::-1]:
        grads[i] = (np.einsum("ni,nj->ij", hs[i], d), np.einsum("nj->j", d) / d.shape[0], d)
        if i:
            d = np.einsum("nj,ij->ni", d, Ws[i]) * df(zs[i - 1])
    return tuple([grads[i][k] for i in range(L)] for k in range(3))

# %% clip_grad_norm: clip-by-value
# every entry is clipped to max_norm by value after the norm was computed
def clip_grad_norm(grads, max_norm):
    everything = np.hstack([np.ravel(g) for g in grads])
    norm = np.linalg.norm(everything)
    return [np.clip(g, -max_norm, max_norm) for g in grads], norm

# %% gradient_report: report-mean-absolute
# the size of a layer is the mean of the absolute values
def gradient_report(deltas):
    sizes = np.array([np.abs(d).sum() / d.size for d in deltas])
    ok = np.isfinite(sizes).all()
    r = 0.0 if sizes[-1] == 0 else sizes[0] / sizes[-1]
    return sizes, r, ("vanishing" if r < 1e-3 else "exploding" if r > 1e3 else "healthy") if ok else "non-finite"

# %% chain_gradient: chain-slope-at-input
# the slope at the input a of the link instead of z = w a
def chain_gradient(x, ws, f, df):
    a, terms = x, []
    for w in ws:
        terms.append(w * df(a))
        a = f(w * a)
    out, run = [], 1.0
    for term in terms[::-1]:
        run = run * term
        out.append(run)
    return np.array(out[::-1])

# %% mlp_backward: backward-slope-at-h
# the slope is taken at h: df(hs[l]) instead of df(zs[l-1])
def mlp_backward(dout, zs, hs, Ws, df):
    deltas = [dout]
    for W, h in zip(Ws[:0:-1], hs[-2:0:-1]):
        deltas.insert(0, (deltas[0] @ W.T) * df(h))
    return [h.T @ d for h, d in zip(hs, deltas)], [d.sum(0) for d in deltas], deltas
