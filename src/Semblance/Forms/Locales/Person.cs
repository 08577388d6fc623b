using System.Runtime.CompilerServices;

namespace Semblance.Forms;

/// <summary>Who 64 bits stand for: the same whatever form of them is written.</summary>
internal readonly record struct Person(bool IsFemale, uint Given, uint Family, ulong Number)
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Person Of(ulong entropy)
    {
        var one = Hash(entropy, 1);
        var two = KeyedPermutation.Mix(one + 0x9E3779B97F4A7C15);
        return new((one & 1) == 0, (uint)(one >> 32), (uint)(two >> 32), (two & 0xffffffff) * 100 >> 32);
    }

    /// <summary>Independent bits for each thing that is drawn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash(ulong entropy, ulong what) => KeyedPermutation.Mix(entropy + what * 0xD1B54A32D192ED03);

    /// <summary>A birth date from 1930 to 2009.</summary>
    public static (int Year, int Month, int Day) Birth(ulong entropy)
    {
        var date = new DateOnly(1930, 1, 1).AddDays((int)((Hash(entropy, 12) >> 32) * 29220 >> 32));
        return (date.Year, date.Month, date.Day);
    }
}
