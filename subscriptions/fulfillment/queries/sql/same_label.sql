-- Labels that repeat the name and address of another one: perhaps one reader twice, perhaps a household that wants two.
select coalesce(sum(n - 1), 0)
  from (select count(*) as n from {table}
         where copy_class <> 'skip'
         group by country, zip5, addr1, addr2, name, company having count(*) > 1) same
