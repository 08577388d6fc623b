using System.Collections.Immutable;

namespace Semblance.Forms;

/// <summary>Every form the product knows. A new form is one file and one line here.</summary>
public static class FormCatalog
{
    /// <summary>All forms; where a text has several, the earlier is the more telling.</summary>
    public static ImmutableArray<IForm> All { get; } =
    [
        new EmailForm(),
        new IbanForm(),
        new CardForm(),
        new UsSsnForm(),
        new UkNinoForm(),
        new UkNhsForm(),
        new PlPeselForm(),
        new PhoneForm(),
        new StreetAddressForm(),
        new PersonNameForm(),
        new GivenNameForm(),
        new FamilyNameForm(),
        new DateOfBirthForm(),
        new MacForm(),
        new Ipv6Form(),
        new Ipv4Form(),
        new UrlForm(),
        new UuidForm(),
    ];

    /// <summary>A form by id, or null.</summary>
    public static IForm? Find(string id)
    {
        foreach (var form in All)
            if (form.Id == id) return form;
        return null;
    }
}
