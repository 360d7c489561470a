-- What a term released when it ended is the price of another term, or somebody's refund: it is said once.
create function terms_term_ends_once() returns trigger language plpgsql as $$
begin
  if old.ended_on is not null
     and (old.ended_on, old.ended_at, old.released_magazine_cents, old.released_postage_cents)
         is distinct from (new.ended_on, new.ended_at, new.released_magazine_cents, new.released_postage_cents) then
    raise exception 'term %: it has ended, and what it released stands', old.id
      using errcode = 'integrity_constraint_violation', constraint = 'term_ends_once';
  end if;
  return new;
end $$;
create trigger terms_term_ends_once
  before update of ended_on, ended_at, released_magazine_cents, released_postage_cents on terms_term
  for each row execute function terms_term_ends_once();
create index term_released on terms_term (ended_on) where ended_on is not null;
