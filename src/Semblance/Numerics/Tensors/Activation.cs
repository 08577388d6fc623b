namespace Semblance.Numerics;

/// <summary>A function applied to each element of a layer's result.</summary>
public enum Activation
{
    /// <summary>The identity.</summary>
    None,
    /// <summary>max(x, 0).</summary>
    Relu,
    /// <summary>x where positive, else 0.2 x: the slope that GANs use (Xu et al. 2019).</summary>
    LeakyRelu,
    /// <summary>x · sigmoid(x): smooth everywhere (Elfwing et al. 2018).</summary>
    Silu,
    /// <summary>x · Φ(x) in its tanh form (Hendrycks and Gimpel 2016).</summary>
    Gelu,
    /// <summary>Hyperbolic tangent.</summary>
    Tanh,
    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,
    /// <summary>log(1 + e^x): positive and smooth.</summary>
    Softplus,
}
