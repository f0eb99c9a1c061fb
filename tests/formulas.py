"""Formulas of every kind that the lessons use or may use, for the tests of the handout."""

FORMULAS = {
    "fraction": r"\frac{\partial L}{\partial w_{ij}} = -\frac{1}{N} \sum_{n=1}^{N} (y_n - "
    r"\hat{y}_n)",
    "softmax": r"p_k = \frac{e^{z_k}}{\sum_{j=0}^{9} e^{z_j}}",
    "logarithm": r"L = -\ln p_y = \log \sum_j \exp(z_j) - z_y",
    "adam": r"w \leftarrow w - \eta \, \frac{\hat{m}}{\sqrt{\hat{v}} + \epsilon}",
    "aligned": r"\begin{aligned} m &\leftarrow \beta_1 m + (1 - \beta_1) g \\ "
    r"v &\leftarrow \beta_2 v + (1 - \beta_2) g^2 \end{aligned}",
    "cases": r"\operatorname{relu}(x) = \begin{cases} x & x > 0 \\ "
    r"0 & \text{otherwise} \end{cases}",
    "matrix": r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} \begin{bmatrix} x \\ y \end{bmatrix}",
    "norm": r"\left\lVert \nabla L \right\rVert_2 = \sqrt{\sum_i g_i^2}",
    "names": r"x \in \mathbb{R}^{6 \times 28 \times 28}, \quad \mathbf{W}^\top x + \mathbf{b}",
    "accents": r"\bar{x}, \tilde{x}_i, \vec{v}, \dot{x}, \overset{!}{=}, \hat{y}_n^2",
    "limits": r"\lim_{h \to 0} \frac{f(x + h) - f(x - h)}{2h}, \quad \max_k z_k, \quad \prod_i p_i",
    "signs": r"a \cdot b \odot c \approx d \le e \ne f \ldots \infty, \; \sigma(z)' \mid 1{,}706",
}
