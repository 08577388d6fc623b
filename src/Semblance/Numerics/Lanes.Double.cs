using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Semblance.Numerics;

/// <summary>8 lanes of double in one register of 512 bits.</summary>
internal readonly struct Double512(Vector512<double> value) : ILanes<Double512, double>
{
    private readonly Vector512<double> value = value;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 All(double value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 Load(ref double source, nuint offset) => new(Vector512.LoadUnsafe(ref source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref double target, nuint offset) => value.StoreUnsafe(ref target, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 operator +(Double512 a, Double512 b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 operator -(Double512 a, Double512 b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 operator *(Double512 a, Double512 b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 operator /(Double512 a, Double512 b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 Fma(Double512 a, Double512 b, Double512 c) => new(Vector512.FusedMultiplyAdd(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 Abs(Double512 a) => new(Vector512.Abs(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 Sqrt(Double512 a) => new(Vector512.Sqrt(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 IfLess(Double512 a, Double512 b, Double512 yes, Double512 no) => new(Vector512.ConditionalSelect(Vector512.LessThan(a.value, b.value), yes.value, no.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LessMask(Double512 a, Double512 b) => (uint)Vector512.LessThan(a.value, b.value).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 AddBits(Double512 a, Double512 b) => new((a.value.AsInt64() + b.value.AsInt64()).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 SubtractBits(Double512 a, Double512 b) => new((a.value.AsInt64() - b.value.AsInt64()).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 And(Double512 a, Double512 b) => new(a.value & b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 Or(Double512 a, Double512 b) => new(a.value | b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 Xor(Double512 a, Double512 b) => new(a.value ^ b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 ShiftLeft(Double512 a, int bits) => new((a.value.AsInt64() << bits).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 ShiftRightUnsigned(Double512 a, int bits) => new((a.value.AsInt64() >>> bits).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 FromInteger(Double512 a) => new(Vector512.ConvertToDouble(a.value.AsInt64()));
}

/// <summary>4 lanes of double in one register of 256 bits.</summary>
internal readonly struct Double256(Vector256<double> value) : ILanes<Double256, double>
{
    private readonly Vector256<double> value = value;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 All(double value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 Load(ref double source, nuint offset) => new(Vector256.LoadUnsafe(ref source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref double target, nuint offset) => value.StoreUnsafe(ref target, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 operator +(Double256 a, Double256 b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 operator -(Double256 a, Double256 b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 operator *(Double256 a, Double256 b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 operator /(Double256 a, Double256 b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 Fma(Double256 a, Double256 b, Double256 c) => new(Vector256.FusedMultiplyAdd(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 Abs(Double256 a) => new(Vector256.Abs(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 Sqrt(Double256 a) => new(Vector256.Sqrt(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 IfLess(Double256 a, Double256 b, Double256 yes, Double256 no) => new(Vector256.ConditionalSelect(Vector256.LessThan(a.value, b.value), yes.value, no.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LessMask(Double256 a, Double256 b) => (uint)Vector256.LessThan(a.value, b.value).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 AddBits(Double256 a, Double256 b) => new((a.value.AsInt64() + b.value.AsInt64()).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 SubtractBits(Double256 a, Double256 b) => new((a.value.AsInt64() - b.value.AsInt64()).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 And(Double256 a, Double256 b) => new(a.value & b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 Or(Double256 a, Double256 b) => new(a.value | b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 Xor(Double256 a, Double256 b) => new(a.value ^ b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 ShiftLeft(Double256 a, int bits) => new((a.value.AsInt64() << bits).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 ShiftRightUnsigned(Double256 a, int bits) => new((a.value.AsInt64() >>> bits).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 FromInteger(Double256 a) => new(Vector256.ConvertToDouble(a.value.AsInt64()));
}

/// <summary>One double: the tier of machines without wide registers, and of what is left over at the end of a span.</summary>
internal readonly struct Double1(double value) : ILanes<Double1, double>
{
    private readonly double value = value;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 All(double value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 Load(ref double source, nuint offset) => new(Unsafe.Add(ref source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref double target, nuint offset) => Unsafe.Add(ref target, offset) = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 operator +(Double1 a, Double1 b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 operator -(Double1 a, Double1 b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 operator *(Double1 a, Double1 b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 operator /(Double1 a, Double1 b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 Fma(Double1 a, Double1 b, Double1 c) => new(Math.FusedMultiplyAdd(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 Abs(Double1 a) => new(Math.Abs(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 Sqrt(Double1 a) => new(Math.Sqrt(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 IfLess(Double1 a, Double1 b, Double1 yes, Double1 no) => a.value < b.value ? yes : no;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LessMask(Double1 a, Double1 b) => a.value < b.value ? 1u : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 AddBits(Double1 a, Double1 b) => new(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(a.value) + BitConverter.DoubleToInt64Bits(b.value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 SubtractBits(Double1 a, Double1 b) => new(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(a.value) - BitConverter.DoubleToInt64Bits(b.value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 And(Double1 a, Double1 b) => new(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(a.value) & BitConverter.DoubleToInt64Bits(b.value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 Or(Double1 a, Double1 b) => new(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(a.value) | BitConverter.DoubleToInt64Bits(b.value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 Xor(Double1 a, Double1 b) => new(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(a.value) ^ BitConverter.DoubleToInt64Bits(b.value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 ShiftLeft(Double1 a, int bits) => new(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(a.value) << bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 ShiftRightUnsigned(Double1 a, int bits) => new(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(a.value) >>> bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 FromInteger(Double1 a) => new(BitConverter.DoubleToInt64Bits(a.value));
}
