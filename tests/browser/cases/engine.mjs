// A check that cannot fail proves nothing. Faults in explorables/rnn.mjs: what stands there, what
// takes its place, and the comparison that must see it.
export const FAULTS = {
  'a wrong sign in a gradient': ['da[j] *= 1 - h[j] ** 2', 'da[j] *= h[j] ** 2 - 1', 'numeric'],
  'a recurrent kernel transposed':
    ['addProduct(a, h, this.U)', 'addTransposed(a, h, this.U)', 'forward'],
  'the gradient from the next step forgotten':
    ['add(dh, above[t]);\n', 'dh.set(above[t]);\n', 'numeric'],
  'the gates of the GRU in another order':
    ['z[j] = hand.z ?? sigmoid(a[j] + s[j])', 'z[j] = sigmoid(a[n + j] + s[n + j])', 'forward'],
  'the gates of the LSTM in another order':
    ['i[j] = hand.i ?? sigmoid(a[j])', 'i[j] = sigmoid(a[n + j])', 'forward'],
  'the gradient of the cell state forgotten':
    ['this.dc[j] = dc * f[j];', 'this.dc[j] = 0;', 'numeric'],
};
