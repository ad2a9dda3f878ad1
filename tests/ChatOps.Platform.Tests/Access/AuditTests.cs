using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Platform.Tests.Access;

public sealed class AuditTests
{
    private static readonly UserAction Acknowledge = new("U0JIYEON", "finding.acknowledge", new SubjectId("finding", "f1"), Role.Operator);

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Appends_of_many_at_once_are_one_chain(DatabaseKind kind)
    {
        await using var test = await Databases.CreateAsync(kind);
        var audit = new AuditLog(test.Database, TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => AppendAsync(test.Database, audit, $$"""{"i":{{i}}}""")));
        Assert.Null(await audit.VerifyAsync(CancellationToken.None));
        var entries = await audit.LastAsync(100, CancellationToken.None);
        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i).Reverse(), entries.Select(entry => entry.Id));
        Assert.Equal(40, entries.Select(entry => entry.Details).Distinct().Count());
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task The_database_refuses_to_change_or_delete_an_entry(DatabaseKind kind)
    {
        await using var test = await Databases.CreateAsync(kind);
        await AppendAsync(test.Database, new AuditLog(test.Database, TimeProvider.System), "{}");
        await using var connection = await test.Database.OpenAsync(CancellationToken.None);
        foreach (var sql in new[] { "UPDATE audit SET outcome = 'refused'", "DELETE FROM audit" })
        {
            var refusal = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => connection.ExecuteAsync(sql));
            Assert.Contains("append-only", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(DatabaseKind.Postgres, "UPDATE audit SET details = '{\"i\":9}' WHERE id = 2", 2)]
    [InlineData(DatabaseKind.Sqlite, "UPDATE audit SET details = '{\"i\":9}' WHERE id = 2", 2)]
    [InlineData(DatabaseKind.Sqlite, "UPDATE audit SET user_id = 'U0MINHO', hash = 'x' WHERE id = 3", 3)]
    [InlineData(DatabaseKind.Sqlite, "DELETE FROM audit WHERE id = 1", 2)]
    [InlineData(DatabaseKind.Postgres, "DELETE FROM audit WHERE id = 2", 3)]
    public async Task Who_goes_around_the_refusal_breaks_the_chain(DatabaseKind kind, string tampering, long broken)
    {
        await using var test = await Databases.CreateAsync(kind);
        var audit = new AuditLog(test.Database, TimeProvider.System);
        for (var i = 0; i < 4; i++) await AppendAsync(test.Database, audit, $$"""{"i":{{i}}}""");
        Assert.Null(await audit.VerifyAsync(CancellationToken.None));

        await using var connection = await test.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(kind == DatabaseKind.Postgres
            ? "ALTER TABLE audit DISABLE TRIGGER USER"
            : "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete");
        Assert.Equal(1, await connection.ExecuteAsync(tampering));
        Assert.Equal(broken, await audit.VerifyAsync(CancellationToken.None));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task An_act_that_is_rolled_back_leaves_no_entry(DatabaseKind kind)
    {
        await using var test = await Databases.CreateAsync(kind);
        var audit = new AuditLog(test.Database, TimeProvider.System);
        await Assert.ThrowsAsync<InvalidOperationException>(() => test.Database.WriteAsync<bool>(
            async uow =>
            {
                await audit.AppendAsync(uow, Acknowledge, "done", "{}", CancellationToken.None);
                throw new InvalidOperationException("the act failed");
            },
            CancellationToken.None));
        Assert.Empty(await audit.LastAsync(10, CancellationToken.None));
    }

    [Fact]
    public void No_two_entries_hash_alike_by_moving_text_between_fields()
    {
        var auditEntry = new AuditEntry(1, 0, "U0A", "b.c", "d:e", "Operator", "done", "{}", "");
        Assert.NotEqual(auditEntry.Hash(), (auditEntry with { UserId = "U0Ab", Verb = ".c" }).Hash());
        Assert.NotEqual(auditEntry.Hash(), (auditEntry with { Outcome = "done\",\"{}", Details = "" }).Hash());
        Assert.Equal(64, auditEntry.Hash().Length);
    }

    private static Task AppendAsync(IDatabase database, AuditLog audit, string details) => database.WriteAsync(
        uow => audit.AppendAsync(uow, Acknowledge, "done", details, CancellationToken.None), CancellationToken.None);
}
