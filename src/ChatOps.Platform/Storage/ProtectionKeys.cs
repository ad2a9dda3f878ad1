using System.Xml.Linq;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Platform.Storage;

/// <summary>
/// Keeps the keys of ASP.NET's data protection in the database, where all replicas find them. They protect no more than the antiforgery
/// tokens of the jobs' dashboard and lie unencrypted beside what they could protect: whoever reads the database has the jobs themselves.
/// </summary>
internal sealed class ProtectionKeys(IDatabase database, TimeProvider time) : IXmlRepository
{
    /// <summary>
    /// Replicas that start together would each make a first key, and each would know its own alone until it reads again, a day later.
    /// So the first of them wins: a key that comes so soon after another is not stored, and its maker uses what it then reads.
    /// </summary>
    private static readonly TimeSpan OneKeyIn = TimeSpan.FromMinutes(1);

    public IReadOnlyCollection<XElement> GetAllElements() => Blocking(async () =>
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        var stored = await connection.QueryAsync<string>("SELECT xml FROM protection_keys ORDER BY created_at, name");
        return stored.Select(xml => XElement.Parse(xml)).ToList();
    });

    public void StoreElement(XElement element, string friendlyName) => Blocking(async () =>
    {
        var now = time.GetUtcNow();
        await database.WriteAsync(
            async uow =>
            {
                // SQLite has one writer anyway.
                if (uow.Kind == DatabaseKind.Postgres)
                    await uow.Connection.ExecuteAsync("LOCK TABLE protection_keys IN EXCLUSIVE MODE", transaction: uow.Transaction);
                await uow.Connection.ExecuteAsync(
                    """
                    INSERT INTO protection_keys (name, xml, created_at)
                    SELECT @name, @xml, @now WHERE NOT EXISTS (SELECT 1 FROM protection_keys WHERE created_at > @since)
                    ON CONFLICT (name) DO NOTHING
                    """,
                    new
                    {
                        name = friendlyName,
                        xml = element.ToString(SaveOptions.DisableFormatting),
                        now = now.ToUnixTimeMilliseconds(),
                        since = (now - OneKeyIn).ToUnixTimeMilliseconds(),
                    },
                    uow.Transaction);
            },
            CancellationToken.None);
        return true;
    });

    // Data protection asks synchronously: at the start, then once a day.
#pragma warning disable RS0030
    private static T Blocking<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();
#pragma warning restore RS0030
}

/// <summary>Registers data protection over the database.</summary>
public static class ProtectionKeysRegistration
{
    /// <summary>Adds ASP.NET's data protection with its keys in the database. Needs <c>AddStorage</c>.</summary>
    public static IServiceCollection AddSharedProtectionKeys(this IServiceCollection services)
    {
        // The name is the same wherever a replica's files lie; by default it is the content root's path.
        services.AddDataProtection().SetApplicationName("ChatOps");
        services.AddOptions<KeyManagementOptions>()
            .Configure<IDatabase, TimeProvider>((options, database, time) => options.XmlRepository = new ProtectionKeys(database, time));
        return services;
    }
}
