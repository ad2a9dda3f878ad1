using ChatOps.Platform.Filters;
using ChatOps.Slack.Blocks;
using FsCheck;
using FsCheck.Xunit;

namespace ChatOps.Platform.Tests.Filters;

public class ListPageTests
{
    [Property]
    public bool A_page_is_read_from_its_button_as_it_was_written(NonNegativeInt skip, NonNull<string> asked) =>
        ListPage.Read(new ListPage(skip.Get, asked.Get).ToString()) == new ListPage(skip.Get, asked.Get);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("99999999999999")]
    [InlineData("next")]
    public void What_is_no_page_is_the_first(string? value) => Assert.Equal(0, ListPage.Read(value).Skip);

    [Fact]
    public void There_are_buttons_only_to_pages_that_there_are()
    {
        Assert.Empty(Buttons(new ListPage(0, ""), hasNext: false));
        Assert.Equal([("next", "10 account:prod")], Buttons(new ListPage(0, "account:prod"), hasNext: true));
        Assert.Equal([("previous", "0"), ("next", "17")], Buttons(new ListPage(7, ""), hasNext: true));
        Assert.Equal([("previous", "10")], Buttons(new ListPage(20, ""), hasNext: false));
    }

    private static IEnumerable<(string, string)> Buttons(ListPage page, bool hasNext) =>
        page.Buttons(10, hasNext, "previous", "next", new GivenLocales("en").Default).Cast<Button>()
            .Select(button => (button.ActionId, button.Value!));
}
