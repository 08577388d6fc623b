namespace Semblance.Numerics;

/// <summary>
/// A register of numbers that are worked on alike. A kernel written over <typeparamref name="TSelf"/> is one text for AVX-512, AVX2 and scalar code and gives the
/// same bits on each, since every operation here is exact or correctly rounded per lane (IEEE 754) and no operation crosses lanes.
/// </summary>
/// <typeparam name="TSelf">The register.</typeparam>
/// <typeparam name="T">Element: float or double.</typeparam>
internal interface ILanes<TSelf, T> where TSelf : struct, ILanes<TSelf, T> where T : unmanaged
{
    static abstract int Count { get; }
    static abstract TSelf All(T value);
    static abstract TSelf Load(ref T source, nuint offset);
    void Store(ref T target, nuint offset);
    static abstract TSelf operator +(TSelf a, TSelf b);
    static abstract TSelf operator -(TSelf a, TSelf b);
    static abstract TSelf operator *(TSelf a, TSelf b);
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>a·b + c with one rounding.</summary>
    static abstract TSelf Fma(TSelf a, TSelf b, TSelf c);
    static abstract TSelf Abs(TSelf a);
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>Per lane <paramref name="yes"/> where a &lt; b, else (also for NaN) <paramref name="no"/>.</summary>
    static abstract TSelf IfLess(TSelf a, TSelf b, TSelf yes, TSelf no);

    /// <summary>Bit i set where lane i of a is less than that of b.</summary>
    static abstract uint LessMask(TSelf a, TSelf b);

    // The same register seen as whole numbers of the element's width.
    static abstract TSelf AddBits(TSelf a, TSelf b);
    static abstract TSelf SubtractBits(TSelf a, TSelf b);
    static abstract TSelf And(TSelf a, TSelf b);
    static abstract TSelf Or(TSelf a, TSelf b);
    static abstract TSelf Xor(TSelf a, TSelf b);
    static abstract TSelf ShiftLeft(TSelf a, int bits);
    static abstract TSelf ShiftRightUnsigned(TSelf a, int bits);

    /// <summary>The signed whole number in each lane's bits as a number, rounded to nearest.</summary>
    static abstract TSelf FromInteger(TSelf a);
}
