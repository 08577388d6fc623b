namespace Semblance.Forms;

/// <summary>Check digits of written numbers. All take ASCII.</summary>
internal static class CheckDigits
{
    /// <summary>Luhn's digit for the digits before it.</summary>
    public static int Luhn(ReadOnlySpan<byte> text)
    {
        var sum = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var d = text[^(i + 1)] - '0';
            sum += i % 2 == 0 ? (d * 2 > 9 ? d * 2 - 9 : d * 2) : d;
        }
        return (10 - sum % 10) % 10;
    }

    /// <summary>Sum of digits times weights.</summary>
    public static int Weighted(ReadOnlySpan<byte> text, ReadOnlySpan<byte> weights)
    {
        var sum = 0;
        for (var i = 0; i < weights.Length; i++) sum += (text[i] - '0') * weights[i];
        return sum;
    }

    /// <summary>Remainder of a number written in digits and letters (A = 10) by 97, or another modulus.</summary>
    public static int Remainder(ReadOnlySpan<byte> text, int modulus)
    {
        var remainder = 0;
        foreach (var b in text)
            if (b != ' ') remainder = AsciiText.IsDigit(b) ? (remainder * 10 + b - '0') % modulus : (remainder * 100 + b - 'A' + 10) % modulus;
        return remainder;
    }

    /// <summary>ISO 7064 mod 11,10.</summary>
    public static int Hybrid(ReadOnlySpan<byte> text)
    {
        var product = 10;
        foreach (var b in text)
        {
            var sum = (b - '0' + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }
        return (11 - product) % 10;
    }

    /// <summary>ISO 7064 mod 11-2: 0 to 9 or X.</summary>
    public static byte Pure(ReadOnlySpan<byte> text)
    {
        var sum = 0;
        foreach (var b in text) sum = (sum + b - '0') * 2 % 11;
        var check = (12 - sum) % 11;
        return check == 10 ? (byte)'X' : (byte)('0' + check);
    }

    /// <summary>Verhoeff's digit, by the dihedral group of ten elements.</summary>
    public static int Verhoeff(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> permuted = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
        var check = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var d = text[^(i + 1)] - '0';
            for (var times = (i + 1) % 8; times > 0; times--) d = permuted[d];
            check = Times(check, d);
        }
        return check is > 0 and < 5 ? 5 - check : check; // turns are undone by the turn that is left, flips by themselves

        static int Times(int a, int b) => a < 5 ? b < 5 ? (a + b) % 5 : 5 + (a + b) % 5 : b < 5 ? 5 + (a - b) % 5 : (a - b + 5) % 5;
    }

    /// <summary>The letter of Italian tax codes and account numbers: characters at odd places count by a table, at even places as they are.</summary>
    public static byte Italian(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
        var sum = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var value = AsciiText.IsDigit(text[i]) ? text[i] - '0' : text[i] - 'A';
            sum += i % 2 == 0 ? odd[value] : value;
        }
        return (byte)('A' + sum % 26);
    }
}
