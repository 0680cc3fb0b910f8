using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>
/// People in <c>platform.people</c> and the tables beside it, as ASP.NET Core Identity reads and writes them. One to each
/// request. Inside <see cref="InTransactionAsync{T}"/> all that it does, and so all that Identity does, is of that one
/// transaction: the audit event goes into the same.
/// </summary>
public sealed partial class PersonStore(NpgsqlDataSource database, ISecretStore secrets, TimeProvider time) : IUserStore<Person>
{
    static readonly SqlText Columns =
        $"""
        p.id, p.email, p.email_normalized, p.name, p.password_hash, p.security_stamp, p.totp_enabled, p.created_at, p.created_by, p.joined_at, p.deactivated_at, p.version,
        array(select role from platform.person_roles r where r.person_id = p.id order by position),
        array(select department from platform.person_roles r where r.person_id = p.id order by position)
        """;

    NpgsqlConnection? transaction;

    /// <summary>Does the work in one transaction, in which this store takes part until it ends.</summary>
    public async Task<T> InTransactionAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await database.InTransactionAsync(
                connection =>
                {
                    transaction = connection;
                    return work(connection);
                },
                cancellationToken);
        }
        finally
        {
            transaction = null;
        }
    }

    /// <summary>Does the work in one transaction, in which this store takes part until it ends.</summary>
    public Task InTransactionAsync(Func<NpgsqlConnection, Task> work, CancellationToken cancellationToken) =>
        InTransactionAsync(
            async connection =>
            {
                await work(connection);
                return true;
            },
            cancellationToken);

    /// <summary>One person, held until the transaction ends.</summary>
    /// <exception cref="HubException">There is none of this id.</exception>
    public async Task<Person> LockAsync(Guid id, CancellationToken cancellationToken) =>
        await Transaction.FirstOrDefaultAsync($"select {Columns} from platform.people p where p.id = $1 for update", [id], Map, cancellationToken)
        ?? throw NotFound(id);

    /// <summary>One person, or null.</summary>
    public Task<Person?> FindAsync(Guid id, CancellationToken cancellationToken) => FirstAsync($"p.id = $1", [id], cancellationToken);

    /// <summary>Everybody, by name.</summary>
    public Task<List<Person>> ListAsync(CancellationToken cancellationToken) =>
        database.QueryAsync($"select {Columns} from platform.people p order by p.name, p.id", [], Map, cancellationToken);

    /// <summary>What to say of a person that is not there.</summary>
    public static HubException NotFound(Guid id) => HubException.NotFound("person-not-found", $"There is no person {id}.");

    /// <inheritdoc/>
    public Task<Person?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Guid.TryParse(userId, out var id) ? FindAsync(id, cancellationToken) : Task.FromResult<Person?>(null);

    /// <inheritdoc/>
    public Task<Person?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        FirstAsync($"p.email_normalized = $1", [normalizedUserName], cancellationToken);

    /// <inheritdoc/>
    public async Task<IdentityResult> CreateAsync(Person user, CancellationToken cancellationToken)
    {
        try
        {
            await Transaction.ExecuteAsync(
                $"""
                insert into platform.people (id, email, email_normalized, name, password_hash, security_stamp, totp_enabled, created_at, created_by, joined_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                """,
                [user.Id, user.Email, user.NormalizedEmail, user.Name, user.PasswordHash, user.SecurityStamp, user.TotpEnabled, user.CreatedAt, user.CreatedBy, user.JoinedAt],
                cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return IdentityResult.Failed(new IdentityErrorDescriber().DuplicateEmail(user.Email));
        }
        await SetRolesAsync(user, user.Roles, cancellationToken);
        return IdentityResult.Success;
    }

    /// <inheritdoc/>
    public async Task<IdentityResult> UpdateAsync(Person user, CancellationToken cancellationToken)
    {
        var updated = await WithConnectionAsync(
            connection => connection.ExecuteAsync(
                $"""
                update platform.people set email = $3, email_normalized = $4, name = $5, password_hash = $6, security_stamp = $7, totp_enabled = $8,
                  joined_at = $9, deactivated_at = $10, version = version + 1
                where id = $1 and version = $2
                """,
                [user.Id, user.Version, user.Email, user.NormalizedEmail, user.Name, user.PasswordHash, user.SecurityStamp, user.TotpEnabled, user.JoinedAt, user.DeactivatedAt],
                cancellationToken),
            cancellationToken);
        if (updated == 0)
            return IdentityResult.Failed(new IdentityErrorDescriber().ConcurrencyFailure());
        user.Version++;
        return IdentityResult.Success;
    }

    /// <summary>Updates a person that is held.</summary>
    /// <exception cref="HubException">Somebody else changed it meanwhile.</exception>
    public async Task SaveAsync(Person person, CancellationToken cancellationToken)
    {
        if (!(await UpdateAsync(person, cancellationToken)).Succeeded)
            throw HubException.Conflict("person-changed", "Somebody else changed this account at the same moment. Look at it again, then repeat the change.");
    }

    /// <summary>Replaces the roles, in the transaction.</summary>
    public async Task SetRolesAsync(Person person, IReadOnlyList<PersonRole> roles, CancellationToken cancellationToken)
    {
        await Transaction.ExecuteAsync($"delete from platform.person_roles where person_id = $1", [person.Id], cancellationToken);
        await Transaction.ExecuteAsync(
            $"""
            insert into platform.person_roles (person_id, position, role, department)
            select $1, position, role, department from unnest($2::text[], $3::text[]) with ordinality as given (role, department, position)
            """,
            [person.Id, roles.Select(role => role.Role.ToName()).ToArray(), roles.Select(role => role.Department).ToArray()],
            cancellationToken);
        person.Roles = roles;
    }

    /// <summary>People are deactivated, never deleted: the audit log names them.</summary>
    public Task<IdentityResult> DeleteAsync(Person user, CancellationToken cancellationToken) => throw new NotSupportedException("People are deactivated, never deleted.");

    /// <inheritdoc/>
    public Task<string> GetUserIdAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString());

    /// <inheritdoc/>
    public Task<string?> GetUserNameAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    /// <inheritdoc/>
    public Task SetUserNameAsync(Person user, string? userName, CancellationToken cancellationToken) => SetEmailAsync(user, userName, cancellationToken);

    /// <inheritdoc/>
    public Task<string?> GetNormalizedUserNameAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.NormalizedEmail);

    /// <inheritdoc/>
    public Task SetNormalizedUserNameAsync(Person user, string? normalizedName, CancellationToken cancellationToken) => SetNormalizedEmailAsync(user, normalizedName, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Connections belong to the data source, transactions to whoever opened them.
    }

    NpgsqlConnection Transaction => transaction ?? throw new InvalidOperationException("This belongs into PersonStore.InTransactionAsync, together with its audit event.");

    Task<Person?> FirstAsync(SqlText condition, object?[] arguments, CancellationToken cancellationToken) =>
        WithConnectionAsync(connection => connection.FirstOrDefaultAsync($"select {Columns} from platform.people p where {condition}", arguments, Map, cancellationToken), cancellationToken);

    async Task<T> WithConnectionAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        if (transaction is not null)
            return await work(transaction);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await work(connection);
    }

    static Person Map(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Email = row.GetString(1),
        NormalizedEmail = row.GetString(2),
        Name = row.GetString(3),
        PasswordHash = row.Maybe<string>(4),
        SecurityStamp = row.GetString(5),
        TotpEnabled = row.GetBoolean(6),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(7),
        CreatedBy = row.GetString(8),
        JoinedAt = row.Maybe<DateTimeOffset?>(9),
        DeactivatedAt = row.Maybe<DateTimeOffset?>(10),
        Version = row.GetInt32(11),
        Roles = [.. row.GetFieldValue<string[]>(12).Zip(row.GetFieldValue<string?[]>(13), (role, department) => new PersonRole(RoleNames.Parse(role), department))],
    };
}
