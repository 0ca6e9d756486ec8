import random, time, statistics
from tongban.base.actors import SYSTEM
from tongban.registries import actions, queries, names, synthetic
from tongban.registries.models import *
from tongban.registries.tests.conftest import CITY, NOW, WARRANT
from tongban.registries.actions.firm_names import fill
from tongban.registries.synthetic.words import material
from django.db import connection
def test_measure(db, owner):
    t=time.time(); n=actions.load_divisions(by=SYSTEM, now=NOW); print("\ndivisions",n,time.time()-t)
    t=time.time(); r=actions.load_synthetic(city=CITY, by=SYSTEM, now=NOW); print("load",r,time.time()-t)
    t=time.time(); p=synthetic.personas(CITY, warrant=WARRANT, now=NOW); print("personas",time.time()-t)
    for k,v in p.items(): print(k, v)
    t=time.time(); 
    for _ in range(50): queries.match(name="某", id_number=p["founder"].id_number, warrant=WARRANT, now=NOW)
    print("match ms",(time.time()-t)*20)
    for text in ("演示银杏路12号","西湖区演示银杏","演试银杏路12"):
        t=time.time(); f=queries.search_places(text, city=CITY); print(text,len(f),(time.time()-t)*1000,'ms')
    # 100k names
    rng=random.Random(1); m=material(); e=LegalEntity.objects.first()
    rows=[]; seen=set(FirmName.objects.values_list("name",flat=True)); trades=list(m.trades); P=names.Places.of(CITY)
    chars=m.cores+m.male+m.female+m.either
    t=time.time()
    while len(rows)<40000:
        nm="杭州"+"".join(rng.sample(chars,3))+rng.choice(trades)+"有限公司"
        if nm in seen: continue
        try: q=names.parse(nm,P)
        except Exception: continue
        if q.name in seen: continue
        seen.add(nm); seen.add(q.name)
        rows.append(fill(FirmName(division_id=CITY,state="taken",entity=e,source="synthetic",as_of=NOW.date(),synthetic=True),q))
    print("made",time.time()-t); t=time.time()
    FirmName.objects.bulk_create(rows,batch_size=2000); print("inserted",time.time()-t)
    from pyinstrument import Profiler
    from tongban.registries.queries.firm_names import candidates
    p=Profiler(); p.start()
    for i in range(20): queries.check_name(name="杭州"+"".join(rng.sample(chars,3))+rng.choice(trades)+"有限公司",city=CITY,now=NOW)
    p.stop(); print(p.output_text(unicode=True))
    print(len(candidates("杭州云栖科技有限公司",city=CITY,now=NOW)))
    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext
    with CaptureQueriesContext(connection) as ctx: candidates("杭州云栖科技有限公司",city=CITY,now=NOW)
    q=ctx[0]["sql"]
    with connection.cursor() as c:
        c.execute("EXPLAIN (ANALYZE,BUFFERS) "+q.replace("%","%%")); print(*[r[0][:300] for r in c.fetchall()],sep="\n")
