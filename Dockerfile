# syntax=docker/dockerfile:1.7
# The production image: the bot, its policy files, nothing of the sandbox.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/ChatOps.Kernel/ChatOps.Kernel.csproj src/ChatOps.Kernel/
COPY src/ChatOps.Slack/ChatOps.Slack.csproj src/ChatOps.Slack/
COPY src/ChatOps.Aws/ChatOps.Aws.csproj src/ChatOps.Aws/
COPY src/ChatOps.Platform/ChatOps.Platform.csproj src/ChatOps.Platform/
COPY src/Domains/Directory.Build.props src/Domains/
COPY --parents src/Domains/*/*.csproj ./
COPY src/ChatOps.Bot/ChatOps.Bot.csproj src/ChatOps.Bot/
COPY jobs/ChatOps.Jobs/ChatOps.Jobs.csproj jobs/ChatOps.Jobs/
RUN dotnet restore src/ChatOps.Bot/ChatOps.Bot.csproj --use-current-runtime -p:PublishReadyToRun=true
COPY src/ChatOps.Kernel src/ChatOps.Kernel
COPY src/ChatOps.Slack src/ChatOps.Slack
COPY src/ChatOps.Aws src/ChatOps.Aws
COPY src/ChatOps.Platform src/ChatOps.Platform
COPY src/Domains src/Domains
COPY src/ChatOps.Bot src/ChatOps.Bot
COPY jobs jobs
COPY manifest manifest
# What was built is said by the service's version in traces: version and commit. Compiled ahead, for it halves the time to ready.
ARG VERSION=0.0.0-unknown
ARG REVISION=unknown
RUN dotnet publish src/ChatOps.Bot/ChatOps.Bot.csproj --no-restore -c Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true -o /app -p:Version=$VERSION -p:SourceRevisionId=$REVISION

FROM mcr.microsoft.com/dotnet/aspnet:10.0
ARG VERSION=0.0.0-unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title=ChatOps org.opencontainers.image.version=$VERSION org.opencontainers.image.revision=$REVISION
# Korean culture data and time zones: dates, numbers and Asia/Seoul need them.
RUN apt-get update && apt-get install -y --no-install-recommends tzdata && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app .
# The collector measures its nursery by the processor's cache, which on a large host is hundreds of megabytes: 32 MiB, in hexadecimal.
ENV ASPNETCORE_URLS=http://+:5080 \
    DOTNET_GCgen0size=0x2000000 \
    DOTNET_EnableDiagnostics=0
# The rest of the file system may be read-only; a volume takes over /tmp's rights, so that whoever is not root can write there.
VOLUME /tmp
USER $APP_UID
EXPOSE 5080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["dotnet", "ChatOps.Bot.dll", "--check-health"]
ENTRYPOINT ["dotnet", "ChatOps.Bot.dll"]
