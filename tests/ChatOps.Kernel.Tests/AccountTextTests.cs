namespace ChatOps.Kernel.Tests;

public sealed class AccountTextTests
{
    [Theory]
    [InlineData("111122223333", "prod", "prod (1111…3333)")]
    [InlineData("111122223333", null, "111122223333")]
    [InlineData("111122223333", " ", "111122223333")]
    [InlineData("111122223333", "111122223333", "111122223333")]
    [InlineData("", "prod", "prod")]
    [InlineData("aws", "", "aws")]
    public void An_account_is_written_by_its_name_and_its_masked_id_or_by_its_whole_id(string account, string? name, string text) => Assert.Equal(text, AccountText.Of(account, name));

    [Fact]
    public void Only_what_is_an_account_id_is_masked()
    {
        Assert.Equal("not-an-accou", AccountText.Mask("not-an-accou"));
        Assert.Equal("role in 1111…3333, not 1234567890123", AccountText.MaskAll("role in 111122223333, not 1234567890123"));
    }
}
