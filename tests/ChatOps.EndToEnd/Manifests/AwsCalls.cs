using System.Reflection;
using ChatOps.Platform.Prometheus;

namespace ChatOps.EndToEnd.Manifests;

/// <summary>
/// The AWS operations that the product calls, found in its compiled code: methods of the SDK's clients, and of our own those operations
/// that a method which somebody calls comes by.
/// </summary>
internal static class AwsCalls
{
    /// <summary>What the bot does as itself, before and beside the accounts: <c>service:Operation</c>.</summary>
    public static IReadOnlySet<string> AsItself { get; }

    /// <summary>What it does as ChatOpsMember in an account.</summary>
    public static IReadOnlySet<string> AsMember { get; }

    static AwsCalls()
    {
        // The bot's own code reads its configuration and its queue; roles are assumed on the way.
        var own = SdkOperations(Product.Bot).ToHashSet();
        var all = new[] { Product.Jobs, Product.Aws }.Concat(Product.Domains).SelectMany(SdkOperations).Concat(OurOperations()).ToHashSet();
        own.UnionWith(all.Where(IsOwn));
        own.UnionWith(PrometheusOperations());
        (AsItself, AsMember) = (own, all.Where(operation => !IsOwn(operation)).Concat(ServiceTagOperations()).ToHashSet());
    }

    /// <summary>IAM's names of services that another name stands for elsewhere.</summary>
    private static string Service(string name) => name switch
    {
        "SimpleSystemsManagement" => "ssm",
        "SecurityToken" => "sts",
        "CostExplorer" => "ce",
        "tagging" => "tag",
        _ => name.ToLowerInvariant(),
    };

    private static bool IsOwn(string operation) =>
        operation.StartsWith("sqs:", StringComparison.Ordinal) || operation.StartsWith("sts:", StringComparison.Ordinal);

    /// <summary>A method of an SDK's client or paginator is an operation when there is a request of its name.</summary>
    private static IEnumerable<string> SdkOperations(Assembly caller) =>
        from method in CompiledCode.CalledBy(caller)
        let type = method.DeclaringType
        where type is not null && type.Assembly.GetName().Name!.StartsWith("AWSSDK.", StringComparison.Ordinal)
            && type.Assembly.GetName().Name != "AWSSDK.Core"
        let operation = method.Name.EndsWith("Async", StringComparison.Ordinal) ? method.Name[..^5] : method.Name
        where type.Assembly.GetTypes().Any(request => request.Name == operation + "Request")
        select $"{Service(type.Assembly.GetName().Name!["AWSSDK.".Length..])}:{operation}";

    /// <summary>Our own clients: which of their methods is called from anywhere, and which operations that one loads.</summary>
    private static IEnumerable<string> OurOperations()
    {
        var called = new[] { Product.Jobs, Product.Bot, Product.Aws }.Concat(Product.Domains).SelectMany(CompiledCode.CalledBy).ToHashSet();
        var clients = Product.Aws.GetTypes().Where(type => !type.IsAbstract && Inherits(type, "AwsJsonClient")).ToList();
        Assert.NotEmpty(clients);
        foreach (var client in clients)
        {
            var service = client.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
                .Select(field => field.GetValue(null)).Single(value => value?.GetType().Name == "AwsJsonService")!;
            var name = Service((string)service.GetType().GetProperty("SigningName")!.GetValue(service)!);
            foreach (var contract in client.GetInterfaces().Where(contract => contract.Assembly == Product.Aws))
            {
                var map = client.GetInterfaceMap(contract);
                for (var at = 0; at < map.InterfaceMethods.Length; at++)
                {
                    if (!called.Contains(map.InterfaceMethods[at])) continue;
                    var operations = CompiledCode.UsedBy(map.TargetMethods[at]).OfType<FieldInfo>()
                        .Where(field => field.FieldType.Name.StartsWith("AwsJsonOperation", StringComparison.Ordinal) && field.IsStatic)
                        .Select(field => field.GetValue(null)!).ToList();
                    Assert.True(
                        operations.Count > 0,
                        $"{client.Name}.{map.TargetMethods[at].Name} calls no operation that stands in a static field; this test cannot " +
                        $"see it.");
                    foreach (var operation in operations)
                        yield return $"{name}:{operation.GetType().GetProperty("Name")!.GetValue(operation)}";
                }
            }
        }
    }

    /// <summary>
    /// The calls by which services are asked for tags are plain signed requests; their table lists the rights that they take.
    /// </summary>
    private static IEnumerable<string> ServiceTagOperations() => (IEnumerable<string>)Product.Aws.GetTypes()
        .Single(type => type.Name == "ServiceTagCall").GetProperty("Operations")!.GetValue(null)!;

    /// <summary>Amazon Managed Prometheus speaks Prometheus' and Alertmanager's own HTTP; IAM has names of its own for that.</summary>
    private static IEnumerable<string> PrometheusOperations() =>
        from method in Product.Domains.SelectMany(CompiledCode.CalledBy)
        where method.DeclaringType == typeof(IPrometheus) || method.DeclaringType == typeof(IAlertmanager)
        where method.Name is not ("get_IsConfigured" or "get_Name")
        select method.Name switch
        {
            nameof(IPrometheus.QueryAsync) or nameof(IPrometheus.QueryRangeAsync) => "aps:QueryMetrics",
            nameof(IAlertmanager.CreateSilenceAsync) => "aps:PutAlertManagerSilences",
            nameof(IAlertmanager.SilencesAsync) => "aps:ListAlertManagerSilences",
            nameof(IAlertmanager.SilenceAsync) => "aps:GetAlertManagerSilence",
            nameof(IAlertmanager.ExpireSilenceAsync) => "aps:DeleteAlertManagerSilence",
            nameof(IAlertmanager.AlertsAsync) => "aps:ListAlertManagerAlerts",
            nameof(IAlertmanager.StateAsync) => "aps:GetAlertManagerStatus",
            var other => throw new InvalidOperationException($"Say here which action of IAM {other} needs."),
        };

    private static bool Inherits(Type type, string name) => type.BaseType is { } parent && (parent.Name == name || Inherits(parent, name));
}
