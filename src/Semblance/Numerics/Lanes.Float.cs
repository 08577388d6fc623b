using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Semblance.Numerics;

/// <summary>16 lanes of float in one register of 512 bits.</summary>
internal readonly struct Float512(Vector512<float> value) : ILanes<Float512, float>
{
    private readonly Vector512<float> value = value;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 All(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 Load(ref float source, nuint offset) => new(Vector512.LoadUnsafe(ref source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float target, nuint offset) => value.StoreUnsafe(ref target, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 operator +(Float512 a, Float512 b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 operator -(Float512 a, Float512 b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 operator *(Float512 a, Float512 b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 operator /(Float512 a, Float512 b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 Fma(Float512 a, Float512 b, Float512 c) => new(Vector512.FusedMultiplyAdd(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 Abs(Float512 a) => new(Vector512.Abs(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 Sqrt(Float512 a) => new(Vector512.Sqrt(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 IfLess(Float512 a, Float512 b, Float512 yes, Float512 no) => new(Vector512.ConditionalSelect(Vector512.LessThan(a.value, b.value), yes.value, no.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LessMask(Float512 a, Float512 b) => (uint)Vector512.LessThan(a.value, b.value).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 AddBits(Float512 a, Float512 b) => new((a.value.AsInt32() + b.value.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 SubtractBits(Float512 a, Float512 b) => new((a.value.AsInt32() - b.value.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 And(Float512 a, Float512 b) => new(a.value & b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 Or(Float512 a, Float512 b) => new(a.value | b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 Xor(Float512 a, Float512 b) => new(a.value ^ b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 ShiftLeft(Float512 a, int bits) => new((a.value.AsInt32() << bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 ShiftRightUnsigned(Float512 a, int bits) => new((a.value.AsInt32() >>> bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 FromInteger(Float512 a) => new(Vector512.ConvertToSingle(a.value.AsInt32()));
}

/// <summary>8 lanes of float in one register of 256 bits.</summary>
internal readonly struct Float256(Vector256<float> value) : ILanes<Float256, float>
{
    private readonly Vector256<float> value = value;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 All(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 Load(ref float source, nuint offset) => new(Vector256.LoadUnsafe(ref source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float target, nuint offset) => value.StoreUnsafe(ref target, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 operator +(Float256 a, Float256 b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 operator -(Float256 a, Float256 b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 operator *(Float256 a, Float256 b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 operator /(Float256 a, Float256 b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 Fma(Float256 a, Float256 b, Float256 c) => new(Vector256.FusedMultiplyAdd(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 Abs(Float256 a) => new(Vector256.Abs(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 Sqrt(Float256 a) => new(Vector256.Sqrt(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 IfLess(Float256 a, Float256 b, Float256 yes, Float256 no) => new(Vector256.ConditionalSelect(Vector256.LessThan(a.value, b.value), yes.value, no.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LessMask(Float256 a, Float256 b) => (uint)Vector256.LessThan(a.value, b.value).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 AddBits(Float256 a, Float256 b) => new((a.value.AsInt32() + b.value.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 SubtractBits(Float256 a, Float256 b) => new((a.value.AsInt32() - b.value.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 And(Float256 a, Float256 b) => new(a.value & b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 Or(Float256 a, Float256 b) => new(a.value | b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 Xor(Float256 a, Float256 b) => new(a.value ^ b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 ShiftLeft(Float256 a, int bits) => new((a.value.AsInt32() << bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 ShiftRightUnsigned(Float256 a, int bits) => new((a.value.AsInt32() >>> bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 FromInteger(Float256 a) => new(Vector256.ConvertToSingle(a.value.AsInt32()));
}

/// <summary>One float: the tier of machines without wide registers, and of what is left over at the end of a span.</summary>
internal readonly struct Float1(float value) : ILanes<Float1, float>
{
    private readonly float value = value;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 All(float value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Load(ref float source, nuint offset) => new(Unsafe.Add(ref source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float target, nuint offset) => Unsafe.Add(ref target, offset) = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 operator +(Float1 a, Float1 b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 operator -(Float1 a, Float1 b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 operator *(Float1 a, Float1 b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 operator /(Float1 a, Float1 b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Fma(Float1 a, Float1 b, Float1 c) => new(MathF.FusedMultiplyAdd(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Abs(Float1 a) => new(MathF.Abs(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Sqrt(Float1 a) => new(MathF.Sqrt(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 IfLess(Float1 a, Float1 b, Float1 yes, Float1 no) => a.value < b.value ? yes : no;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LessMask(Float1 a, Float1 b) => a.value < b.value ? 1u : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 AddBits(Float1 a, Float1 b) => new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(a.value) + BitConverter.SingleToInt32Bits(b.value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 SubtractBits(Float1 a, Float1 b) => new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(a.value) - BitConverter.SingleToInt32Bits(b.value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 And(Float1 a, Float1 b) => new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(a.value) & BitConverter.SingleToInt32Bits(b.value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Or(Float1 a, Float1 b) => new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(a.value) | BitConverter.SingleToInt32Bits(b.value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Xor(Float1 a, Float1 b) => new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(a.value) ^ BitConverter.SingleToInt32Bits(b.value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 ShiftLeft(Float1 a, int bits) => new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(a.value) << bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 ShiftRightUnsigned(Float1 a, int bits) => new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(a.value) >>> bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 FromInteger(Float1 a) => new(BitConverter.SingleToInt32Bits(a.value));
}
