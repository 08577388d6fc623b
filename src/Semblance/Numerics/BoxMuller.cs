using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>
/// Two independent standard normals from two random words: radius sqrt(-2 log u), angle a full turn (Box and Muller 1958). The angle is split into quadrant and rest
/// in whole numbers, so no range reduction is needed.
/// </summary>
internal static class BoxMuller
{
    /// <summary>From two words of 32 bits each. |value| ends at 6.7; the chance of what is cut off is 3e-11.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (V First, V Second) FromWords<V>(V radiusWord, V angleWord) where V : struct, ILanes<V, float>
    {
        var u = V.Fma(V.FromInteger(V.ShiftRightUnsigned(radiusWord, 1)), V.All(1 / 2147483648f), V.All(0.5f / 2147483648f));
        var radius = V.Sqrt(V.All(-2) * FastMath.FloatLog.OfNormal(u));
        var y = V.FromInteger(V.ShiftLeft(angleWord, 2)) * V.All(1 / 4294967296f);
        var (sin, cos) = FastMath.QuarterTurn(y);

        var turned = V.AddBits(angleWord, V.All(BitConverter.UInt32BitsToSingle(0x20000000))); // y is the rest to the nearest quarter: round, do not cut
        var odd = V.SubtractBits(V.All(0), V.ShiftRightUnsigned(V.ShiftLeft(turned, 1), 31));
        var swap = V.And(V.Xor(sin, cos), odd);
        var minus = V.All(-0.0f);
        var cosSign = V.And(V.AddBits(turned, V.All(BitConverter.UInt32BitsToSingle(0x40000000))), minus);
        return (radius * V.Xor(V.Xor(cos, swap), cosSign), radius * V.Xor(V.Xor(sin, swap), V.And(turned, minus)));
    }

    /// <summary>From two words of 64 bits each. |value| ends at 8.6; the chance of what is cut off is 1e-17.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (V First, V Second) FromLongWords<V>(V radiusWord, V angleWord) where V : struct, ILanes<V, double>
    {
        // 52 bits below the exponent of 1 make a number in [1, 2); all steps to u in (0, 1) and y in [-1/2, 1/2) are exact.
        var one = V.All(1);
        var minus = V.All(-0.0);
        var u = V.Or(V.ShiftRightUnsigned(radiusWord, 12), one) - one + V.All(1.0 / 9007199254740992);
        var radius = V.Sqrt(V.All(-2) * FastMath.DoubleLog.Of(u));
        var y = V.Or(V.ShiftRightUnsigned(V.Xor(V.ShiftLeft(angleWord, 2), minus), 12), one) - V.All(1.5);
        var (sin, cos) = FastMath.QuarterTurnDouble(y);

        var turned = V.AddBits(angleWord, V.All(BitConverter.UInt64BitsToDouble(1ul << 61)));
        var odd = V.SubtractBits(V.All(0), V.ShiftRightUnsigned(V.ShiftLeft(turned, 1), 63));
        var swap = V.And(V.Xor(sin, cos), odd);
        var cosSign = V.And(V.AddBits(turned, V.All(BitConverter.UInt64BitsToDouble(1ul << 62))), minus);
        return (radius * V.Xor(V.Xor(cos, swap), cosSign), radius * V.Xor(V.Xor(sin, swap), V.And(turned, minus)));
    }
}
