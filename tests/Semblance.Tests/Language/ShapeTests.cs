using System.Text.Json.Nodes;
using Semblance.Language;

namespace Semblance.Tests.Language;

public sealed class ShapeTests
{
    private static readonly JsonShape Review = new((JsonObject)JsonNode.Parse("""
        {"type":"object","properties":{"stars":{"type":"integer","minimum":1,"maximum":10},"price":{"type":"number"},"ok":{"type":"boolean"},"word":{"type":"string","minLength":2,"pattern":"^[a-z]+$"},
         "tags":{"type":"array","items":{"type":"string","enum":["a","b"]},"minItems":1,"maxItems":2},"note":{"anyOf":[{"type":"null"},{"type":"string"}]}},"required":["stars"],"additionalProperties":false}
        """)!);

    [Theory]
    [InlineData("""{"stars":8}""", null)]
    [InlineData("""{"stars":"8/10"}""", null)]
    [InlineData("""{"stars":"8 out of 10","ok":"yes","price":"2.5","word":"ab","tags":["a"],"note":null}""", null)]
    [InlineData("""{"stars":7.5,"note":"x"}""", null)]
    [InlineData("""{"stars":11}""", "`stars` of the answer must be at most 10")]
    [InlineData("""{"stars":"many"}""", "`stars` of the answer must be integer, not string")]
    [InlineData("""{}""", "the answer lacks the key `stars`")]
    [InlineData("""{"stars":1,"x":1}""", "the answer has the key `x`, which is not asked for")]
    [InlineData("""{"stars":1,"word":"Ab"}""", "`word` of the answer does not match the pattern ^[a-z]+$")]
    [InlineData("""{"stars":1,"word":"a"}""", "`word` of the answer has 1 characters; it needs at least 2")]
    [InlineData("""{"stars":1,"tags":["a","b","a"]}""", "`tags` of the answer has 3 items; it may have at most 2")]
    [InlineData("""{"stars":1,"tags":["c"]}""", "item 1 of `tags` of the answer must be one of \"a\", \"b\", not \"c\"")]
    [InlineData("""[1]""", "the answer must be object, not array")]
    public void A_value_fits_or_its_fault_is_named(string json, string? fault)
    {
        var value = JsonNode.Parse(json);
        Assert.Equal(fault, Review.Fault(ref value));
    }

    [Fact]
    public void What_is_coerced_has_the_declared_type()
    {
        var value = JsonNode.Parse("""{"stars":"8/10","ok":"no","price":"2.5"}""");
        Assert.Null(Review.Fault(ref value));
        Assert.Equal("""{"stars":8,"ok":false,"price":2.5}""", value!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""")]
    [InlineData("Sure!\n```json\n{\"a\": [1, 2,],}\n```\nBye", """{"a":[1,2]}""")]
    [InlineData("<think>{\"a\":0}</think>{\"a\":1}", """{"a":1}""")]
    [InlineData("reasoning without an opening</think>{\"a\":1}", """{"a":1}""")]
    [InlineData("a { b } c {\"a\":\"}{\"} d", """{"a":"}{"}""")]
    [InlineData("{\"a\":\"\\\"}\"} tail }", """{"a":"\u0022}"}""")]
    public void The_first_sound_value_is_taken(string said, string json)
    {
        Assert.Null(JsonAnswer.Read(said, out var value));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), value), value!.ToJsonString());
    }

    [Theory]
    [InlineData("I can't.", "it holds no JSON")]
    [InlineData("{\"a\": [1, 2", "its JSON is cut off")]
    [InlineData("{\"a\":1,\"a\":2}", "it holds no JSON")]
    public void No_value_is_told(string said, string fault) => Assert.Equal(fault, JsonAnswer.Read(said, out _));

    [Fact]
    public void Deep_nesting_neither_overflows_nor_hangs()
    {
        Assert.NotNull(JsonAnswer.Read(new string('[', 100_000), out _));
        Assert.NotNull(JsonAnswer.Read(new string('[', 100_000) + new string(']', 100_000), out _));
        Assert.NotNull(JsonAnswer.Read(string.Concat(Enumerable.Repeat("{\"a\":", 50_000)), out _));
    }

    [Fact]
    public void Only_a_closed_schema_is_held_strictly()
    {
        Assert.True(JsonShape.IsClosed("""{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{"b":{"type":"string"}},"required":["b"],"additionalProperties":false}}},"required":["a"],"additionalProperties":false}"""));
        Assert.False(JsonShape.IsClosed("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}"""));
        Assert.False(JsonShape.IsClosed("""{"type":"object","properties":{"a":{"type":"string"}},"required":[],"additionalProperties":false}"""));
    }
}
