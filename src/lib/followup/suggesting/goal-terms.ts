/**
 * Words that speak for a Sustainable Development Goal or one of its targets (General Assembly resolution 70/1), chosen and
 * written for this. One line each: the goal or target, a bar, and its terms between semicolons. A word ends in `*` where
 * any ending will do. A term after `?` speaks for it only together with others. Terms of a target speak for its goal, too.
 */
export const goalTerms = `
1 | poverty; poor people; poor household*; the poor; poorest; impoverish*; destitut*; pobreza; pauvrete; ?vulnerab*; ?low income; ?deprivation*; ?social assistance; ?basic needs; ?livelihood*; ?pobres; ?pauvres; الفقر; ?الفقراء; hogares pobres; menages pauvres; الفقيره
1.1 | extreme poverty; absolute poverty; dollar a day; poverty line; poverty headcount; pobreza extrema; extreme pauvrete; الفقر المدقع
1.2 | poverty rate*; child poverty; multidimensional poverty; relative poverty; working poor; at risk of poverty; poverty reduction; reduc* poverty; poverty gap
1.3 | social protection; cash transfer*; safety net*; social security; minimum income; ?pension*; ?benefits; ?social insurance; proteccion social; protection sociale; الحمايه الاجتماعيه; seguridad social; securite sociale; الضمان الاجتماعي
1.4 | land tenure; property rights of the poor; microfinance; ?access to basic services; ?access to credit; ?ownership
1.5 | resilience of the poor; ?shocks; ?disaster losses
2 | hunger; hungry; food security; food insecur*; food secure; malnutrition; undernourish*; undernutrition; famine*; agricultur*; farmer*; farming; hambre; faim; seguridad alimentaria; securite alimentaire; agricultura; agricole*; الجوع; الامن الغذايي; الزراعه; ?food; ?crop*; ?nutrition*; ?farm*; ?rural; ?harvest*; ?seeds; ?livestock; ?irrigation; ?diet*; ?cereal*; ?maize; ?rice; ?wheat; ?grain*; campesin*; paysan*; المزارعين; agriculteur*
2.1 | access to food; food aid; food assistance; food crisis; food crises; right to food; derecho a la alimentacion; droit a l alimentation; الحق في الغذاء; crisis alimentaria; crise alimentaire
2.2 | stunting; stunted; wasting; micronutrient*; anaemia; child nutrition; breastfeeding; nutritional
2.3 | smallholder*; small farmer*; family farm*; agricultural productivity; crop yield*; pastoralist*; ?yields
2.4 | sustainable agriculture; agroecolog*; organic farming; soil fertility; conservation agriculture; drought resistant
2.5 | seed bank*; gene bank*; plant genetic resources; crop diversity
2.a | agricultural research; agricultural extension; rural infrastructure; extension services
2.b | export subsidies; agricultural subsid*; agricultural support
2.c | food price*; food commodity; commodity price volatility; food reserves
3 | health; healthcare; disease*; patient*; hospital*; medical; medicine*; mortality; well being of patients; salud; sante; الصحه; الصحيه; ?wellbeing; ?well being; ?doctor*; ?nurse*; ?clinic*; ?treatment; ?illness*; ?care; ?infection*; ?life expectancy; ?symptom*; ?diagnos*; ?surgery; ?therap*; enfermedad*; maladie*; hopita*; المستشفيات; الامراض; الرعايه الصحيه
3.1 | maternal mortality; maternal health; maternal death*; skilled birth; midwi*; obstetric; antenatal; prenatal; mortalidad materna; mortalite maternelle
3.2 | infant mortality; child mortality; under five mortality; neonatal; newborn*; child deaths
3.3 | hiv; aids epidemic; tuberculosis; malaria; hepatitis; epidemic*; communicable disease*; tropical disease*; pandemic*; covid*; ebola; sida; paludisme
3.4 | cancer*; diabet*; cardiovascular; stroke; mental health; suicide*; noncommunicable; non communicable; chronic disease*; depression and anxiety; dementia; obes*; salud mental; sante mentale; الصحه النفسيه; psychological; psychosocial; psicosocial; psychologique; psicologic*; trauma; النفسي; النفسيه
3.5 | alcohol; drug use; substance abuse; drug abuse; opioid*; addict*
3.6 | road traffic; road safety; traffic accident*; road death*; road injuries
3.7 | reproductive health; family planning; contracepti*; sexual health; abortion*; salud reproductiva; sante reproductive
3.8 | universal health coverage; health coverage; health insurance; primary care; access to health*; health service*; health care; out of pocket; essential medicines; cobertura sanitaria; couverture sante; acces aux soins; acceso a la salud; acces a la sante
3.9 | air pollution deaths; pollution related illness*; poisoning; ?toxic; ?contamination
3.a | tobacco; smok*; cigarette*
3.b | vaccin*; immuni*; generic drug*; trips agreement; vacuna*; اللقاحات
3.c | health workforce; health worker*; health personnel; physicians
3.d | health emergenc*; outbreak*; international health regulations; antimicrobial
4 | education*; school*; student*; teacher*; pupil*; literacy; curricul*; learner*; university; universities; educacion; escuela*; ecole*; enseignement; التعليم; المدارس; ?learning; ?teaching; ?classroom*; ?skills; ?training; ?pisa; ?academic; ?enrolment; ensenanza; estudiante*; etudiant*; الطلاب; المدرسه
4.1 | primary education; secondary education; primary school*; secondary school*; learning outcome*; school dropout*; out of school; basic education; completion rate*; school attendance
4.2 | early childhood; preschool*; pre primary; pre school; kindergarten*; childcare quality; ecec
4.3 | higher education; tertiary education; vocational education; vet programmes; technical education; adult education; vocational training
4.4 | ict skills; digital skills; skills for employment; apprenticeship*; lifelong learning; adult learning
4.5 | inclusive education; special needs; girls education; education for girls; disparities in education; special education
4.6 | illiterac*; literacy and numeracy; adult literacy; numeracy; alphabetisation; alfabetizacion
4.7 | human rights education; global citizenship; education for sustainable development; citizenship education; peace education; educacion en derechos humanos; education aux droits; التربيه علي حقوق الانسان
4.a | school facilities; school buildings; safe schools; classroom conditions; learning environment*
4.b | scholarship*; becas; bourses
4.c | teacher training; qualified teacher*; teacher education; professional development of teachers; teaching staff; docentes; formacion de docentes; المعلمين
5 | gender; women s rights; women; girls; female*; feminis*; woman; mujer*; femme*; genero; igualdad de genero; egalite des sexes; المراه; النساء; ?mother*; ?wives; ?wife; ?widow*; ?men; ?sexual; ?marriage; النساييه; فتيات; الفتيات; ninas; filles
5.1 | discrimination against women; gender equality; gender discrimination; equality between women and men; cedaw; gender gap*; gender inequalit*; gender bias; discriminacion contra la mujer; discrimination a l egard des femmes; egalite entre les femmes et les hommes; المساواه بين الجنسين; igualdad entre mujeres y hombres
5.2 | violence against women; domestic violence; gender based violence; rape; femicide*; sexual violence; intimate partner; sexual harassment; feminicidio*; violence conjugale; العنف ضد المراه; violencia contra las mujeres; violencia contra la mujer; violencia de genero; violences faites aux femmes; violence a l egard des femmes; violencia sexual; violences sexuelles; العنف ضد النساء; التحرش
5.3 | child marriage; early marriage; forced marriage; genital mutilation; genital cutting; matrimonio infantil; mariage d enfants; ختان; زواج القاصرات
5.4 | unpaid care; unpaid work; domestic work; unpaid household; housework; care work; parental leave; maternity leave; paternity leave
5.5 | women in parliament; women s leadership; women s participation; women s political; female entrepreneur*; women on boards; women managers; gender quota*; participation of women; women entrepreneurs; women in leadership; women human rights defenders; defensoras; femmes defenseures; defenseures; المدافعات
5.6 | reproductive rights; sexual and reproductive; derechos reproductivos; droits reproductifs
5.a | women s land; women s property; women s ownership; inheritance rights; women s access to land; women farmers
5.b | women s access to technology; gender digital
5.c | gender mainstreaming; gender budgeting; gender responsive; gender policies; gender perspective
6 | drinking water; sanitation; wastewater; water supply; water resource*; water management; water quality; groundwater; freshwater; water scarcity; sewage; sewer*; river basin*; water use; water service*; water sector; water polic*; water governance; saneamiento; agua potable; eau potable; assainissement; المياه; الصرف الصحي; ?water; ?basin*; ?aquifer*; ?river*; ?irrigation; ?flood*; ?agua; ?eau; ?watershed*; ?lake*; الحق في الماء; مياه الشرب
6.1 | safe water; clean water; water access; access to water; water tariff*; right to water; water utilit*; tap water; water suppl*; derecho al agua; droit a l eau
6.2 | toilet*; latrine*; open defecation; hygiene; handwashing; menstrual
6.3 | water pollution; wastewater treatment; effluent*; nutrient pollution; pollutants in water; water reuse; eutrophication; pollution of rivers
6.4 | water efficiency; water stress; water withdrawal*; water abstraction; water allocation; water demand; water shortage*; water saving; water rights; water use efficiency
6.5 | integrated water; transboundary water*; river basin management; basin organisation*; water law; water framework directive; basin authorit*
6.6 | wetland*; aquifer recharge; lake restoration; water related ecosystem*
6.a | desalination; water harvesting; rainwater harvesting
6.b | water user association*; community water; water committee*
7 | energy; electricity; renewable*; solar; wind power; biofuel*; power plant*; energia; energie; electricite; electricidad; الطاقه; الكهرباء; ?fuel*; ?power; ?grid*; ?wind; ?hydropower; ?biomass; ?coal; ?oil; ?gas; ?nuclear; ?heating; ?photovoltaic; energies; renovables; renouvelables; الطاقه المتجدده
7.1 | access to electricity; energy access; energy poverty; clean cooking; cookstove*; electrification; fuel poverty; modern energy; off grid; affordable energy; energy price*; electricity price*
7.2 | renewable energ*; wind energy; solar energy; photovoltaic*; feed in tariff*; geothermal; renewable electricity; bioenergy; hydroelectric*; energias renovables; energies renouvelables
7.3 | energy efficien*; energy intensity; energy saving*; energy conservation; energy consumption
7.a | clean energy; energy research; energy technolog*; green energy
7.b | energy infrastructure; power grid*; electricity network*; transmission network*; energy services; smart grid*
8 | employment; unemploy*; labour market*; labor market*; economic growth; gdp growth; jobs; wage*; decent work; productivity; workers; labour force; labor force; empleo; emploi; travail decent; trabajo decente; العمل اللايق; البطاله; النمو الاقتصادي; ?labour; ?labor; ?gdp; ?job; ?growth; ?economy; ?working conditions; ?employer*; ?workforce; ?earnings; ?trabajo; ?travail; desempleo; chomage; salari*; العمال
8.1 | gross domestic product; per capita growth; output growth; growth rate*; recession; economic recovery
8.2 | labour productivity; total factor productivity; economic diversification; productivity growth
8.3 | entrepreneur*; small and medium enterprise*; smes; informal economy; informal sector; informal employment; micro enterprise*; job creation; start ups; business formation; small businesses; self employ*
8.4 | decoupling; resource productivity
8.5 | full employment; equal pay; pay gap; underemployment; employment of persons with disabilities; part time work; minimum wage*; employment rate*; job quality; older workers; workers with disabilities
8.6 | youth unemployment; youth employment; neets; young workers; not in employment
8.7 | child labour; child labor; forced labour; forced labor; modern slavery; trabajo infantil; trabajo forzoso; travail des enfants; travail force; عمل الاطفال; العمل القسري
8.8 | labour rights; trade union*; occupational safety; migrant workers; collective bargaining; workplace safety; work accidents; sindicat*; syndicat*; worker protection; domestic workers; ?strike; derechos laborales; droits du travail; droit du travail; droit de greve; derecho de huelga; النقابات; النقابيه
8.9 | tourism; tourist*; turismo; tourisme
8.10 | access to banking; financial services; financial inclusion; bank branches; bank account*; comptes bancaires; cuentas bancarias; ?banques; ?bancos; حسابات مصرفيه
8.a | aid for trade
8.b | youth strategy; jobs pact
9 | infrastructure; industr*; manufactur*; innovation*; research and development; infraestructura; البنيه التحتيه; الصناعه; الابتكار; ?technolog*; ?firms; ?patent*; ?investment*; ?transport; ?roads; ?railway*; ?ports; ?logistics; ?internet; ?digital; infrastructures; innovacion*
9.1 | transport infrastructure; road network*; rail infrastructure; freight; port infrastructure; airport*; infrastructure investment; roads and bridges
9.2 | industrialisation; industrialization; industrial development; value added; industrial policy; industrial sector; manufacturing sector
9.3 | small scale industr*; value chain*; credit for small; access to finance
9.4 | clean technolog*; green industry; eco innovation; retrofit; environmental technologies; industrial emissions
9.5 | r d expenditure; researchers; scientific research; innovation polic*; innovation system*; patents; research institut*; technological capabilities; r d; knowledge economy; innovative
9.a | infrastructure development; infrastructure finance
9.b | technological development; domestic technology; high tech*
9.c | broadband; mobile network*; internet access; telecommunication*; fixed line; mobile phone*; ict; digital divide; internet shutdown*; cortes de internet; coupures d internet; حجب الانترنت; fibre networks; fracture numerique; brecha digital; الانترنت; apagones de internet
10 | inequalit*; inequit*; inequal*; income distribution; disparit*; discriminat*; migrant*; migration; desigualdad*; inegalite*; عدم المساواه; المهاجر*; ?marginali*; ?minorit*; ?exclusion; ?indigenous; ?disabilit*; ?equal*; ?equity; ?ethnic; الهجره; minorias; minorites; الاقليات; discriminacion*; التمييز; comunidades indigenas; afrodescendientes
10.1 | income inequality; gini; income gap; bottom 40; income growth of the poorest; wage inequality; wealth inequality; top incomes; income share; redistribut*
10.2 | social inclusion; social exclusion; inclusion of persons; persons with disabilities; minority rights; ethnic minorities; lgbt*; roma; marginalised groups; indigenous peoples; pueblos indigenas; peuples autochtones; personas con discapacidad; personnes handicapees; vulnerable groups; disadvantaged groups; social mobility; personas lgbt*; handicap*; discapacidad; الاشخاص ذوي الاعاقه; الشعوب الاصليه
10.3 | equal opportunit*; discriminatory law*; anti discrimination; inequality of opportunity; racism; racial; non discrimination; equality law; inequality of outcome; racisme; racismo; العنصريه
10.4 | fiscal polic* for equality; progressive tax*; taxes and transfers; redistribution; social transfers; wage policies
10.5 | financial market regulation; financial regulation
10.6 | voice of developing countries; voting rights in international
10.7 | refugee*; asylum; migration polic*; human mobility; immigrant*; deportation*; deported; refugiad*; asilo; refugie*; asile; اللاجي*; اللجوء; visas; visados; demandeurs d asile; طالبي اللجوء; permisos de residencia; relocation of defenders
10.a | special and differential treatment
10.b | development flows to poorest
10.c | remittance*; remesas
11 | urban*; city; cities; housing; slum*; metropolitan; municipal*; ciudad*; ville*; vivienda; logement; المدن; السكن; ?neighbourhood*; ?neighborhood*; ?town*; ?transport; ?local government*; ?traffic; ?building*; ?residential; ?settlement*; urbano*; urbain*
11.1 | affordable housing; informal settlement*; homeless*; social housing; evict*; house price*; adequate housing; rental housing; desaloj*; ?expulsion*; الاخلاء
11.2 | public transport*; transit; bus rapid; mass transit; urban mobility; commut*; cycling; pedestrian*; urban transport; car use; transport system*
11.3 | urban planning; land use planning; urbanisation; urbanization; urban sprawl; spatial planning; urban development; city planning; participatory planning; compact city
11.4 | cultural heritage; natural heritage; world heritage; heritage sites; patrimonio cultural; patrimoine culturel; heritage
11.5 | disaster risk in cities; urban flood*; earthquake*; ?disaster*
11.6 | urban air; air quality; solid waste; waste collection; garbage; particulate matter; municipal waste; air pollution
11.7 | green space*; public space*; urban parks; parks
11.a | urban rural; rural urban; regional planning; peri urban; metropolitan governance
11.b | resilient cities; urban resilience; sendai
11.c | local building materials
12 | sustainable consumption; sustainable production; recycl*; waste; consumption and production; circular economy; consumo responsable; consommation durable; الاستهلاك; النفايات; ?consumer*; ?consumption; ?packaging; ?plastic*; ?products; ?chemical*; ?environmental impact; ?supply chain*; ?life cycle; ?landfill*; residuos; dechets; empresas y derechos humanos; entreprises et droits de l homme
12.1 | sustainable consumption and production; green economy; consumption patterns
12.2 | natural resource use; material footprint; resource efficien*; raw materials; material consumption; ecological footprint; resource use; natural resources management; mineral*; mining
12.3 | food waste; food loss*; post harvest; desperdicio de alimentos; gaspillage alimentaire
12.4 | hazardous waste; chemicals management; pesticide*; toxic waste; basel convention; persistent organic pollutants; hazardous chemical*; toxic chemicals; chemical safety
12.5 | waste management; reuse; waste reduction; waste prevention; plastic waste; e waste; extended producer responsibility; waste generation; composting; remanufactur*
12.6 | corporate sustainability; sustainability report*; corporate social responsibility; corporate reporting; environmental management system*; business and human rights; due diligence; debida diligencia; devoir de vigilance; csr
12.7 | public procurement; green procurement; sustainable procurement
12.8 | ecolabel*; eco label*; consumer awareness; sustainable lifestyle*; environmental awareness; consumer information; green consumer*; environmental labelling; labels
12.a | cleaner production
12.b | sustainable tourism; ecotourism
12.c | fossil fuel subsid*; environmental tax*
13 | climate; greenhouse gas*; global warming; ghg; carbon; co2; cambio climatico; changement climatique; climatique; climatico; تغير المناخ; المناخ; ?emission*; ?adaptation; ?mitigation; ?warming; ?temperature*; ?drought*; ?flood*; ?sea level; efecto invernadero; effet de serre; الاحتباس الحراري
13.1 | climate resilience; climate adaptation; adaptation measures; natural disaster*; extreme weather; climate risk*; adaptive capacity; disaster risk; adapt to climate; vulnerability to climate; hurricane*; cyclone*; natural hazard*
13.2 | climate polic*; emission reduction*; carbon tax*; emissions trading; carbon price*; climate action; mitigation polic*; nationally determined; low carbon; decarboni*; emissions target*; greenhouse gas emissions; paris agreement; cap and trade; carbon market*
13.3 | climate education; climate awareness; early warning; climate science; ipcc; climate information
13.a | climate finance; green climate fund; unfccc; kyoto protocol; clean development mechanism; cdm
13.b | climate capacity; climate planning
14 | ocean*; marine; sea; fish*; seas; coral; maritime; aquaculture; oceano*; ?mar; peche; pesca*; المحيطات; البحار; الاسماك; ?coastal; ?coast*; ?vessel*; ?island*; oceans; marin; marins; marino*; الصيد
14.1 | marine pollution; marine litter; ocean plastic; ballast water; marine debris; oil spill*; ship pollution
14.2 | coastal ecosystem*; marine ecosystem*; coral reef*; mangrove*; coastal management; marine spatial planning; seagrass; coastal zone*
14.3 | ocean acidification; acidification
14.4 | overfishing; fish stock*; illegal fishing; iuu; fisheries management; catch limit*; fishing quota*; bycatch; total allowable catch
14.5 | marine protected; marine reserve*; marine conservation
14.6 | fisheries subsid*; fishing subsid*
14.7 | small island; sustainable fisheries; blue economy
14.a | marine research; ocean science; marine technolog*; marine scientific research
14.b | small scale fish*; artisanal fish*; fishing communities
14.c | law of the sea; unclos; high seas; territorial sea; maritime boundar*
15 | forest*; biodiversity; wildlife; deforestation; species; ecosystem*; habitat*; bosque*; foret*; biodiversidad; biodiversite; الغابات; التنوع البيولوجي; ?conservation; ?land use; ?soil*; ?trees; ?flora; ?fauna; ?nature; ?vegetation; ecosistema*; ecosysteme*; defensores del bosque; especies; especes
15.1 | terrestrial ecosystem*; protected area*; drylands; ecosystem services; national park*; natura 2000; nature conservation
15.2 | deforest*; forest management; reforestation; afforestation; forest loss; logging; forestry; timber; forest conservation; deforestacion
15.3 | desertification; land degradation; soil erosion; soil degradation; degraded land; land restoration; desertificacion
15.4 | mountain*
15.5 | endangered; threatened species; extinction; biodiversity loss; red list; habitat loss; loss of habitat; conservation of biodiversity
15.6 | genetic resources; nagoya protocol; benefit sharing
15.7 | poach*; wildlife trade; wildlife trafficking; ivory; illegal wildlife; wildlife crime
15.8 | invasive
15.9 | biodiversity strateg*; ecosystem accounting; biodiversity polic*; natural capital; biodiversity offset*
15.a | biodiversity finance; conservation finance; payments for ecosystem; payment for ecosystem
15.b | redd; forest finance
15.c | wildlife law enforcement
16 | justice; corruption; human rights; court*; judicial; peace; conflict*; crime*; criminal*; violence; democra*; police; prosecut*; war; armed; accountability; derechos humanos; droits humains; droits de l homme; justicia; paz; paix; حقوق الانسان; العداله; السلام; الفساد; ?law*; ?legal; ?institution*; ?governance; ?judge*; ?rights; ?constitution*; ?transparen*; ?security; ?state; ?military; ?tribunal*; ?legislat*; ?parliament*; ?political; corrupcion; violencia; tribunales; tribunaux; جرايم; العنف; القضاء; الديمقراطيه; ?ley; ?leyes; ?loi; ?lois; ?القانون; ?derechos; ?droits; ?الحقوق; ?الدوله
16.1 | homicide*; murder*; killing*; killed; armed conflict; armed violence; war crimes; civilian casualties; asesinat*; assassinat*; genocide; peacekeeping; peacebuilding; terroris*; extrajudicial; القتل
16.2 | torture; trafficking; child abuse; violence against children; ill treatment; human traffick*; exploitation of children; children s rights; tortura; trata de personas; traite des personnes; التعذيب; الاتجار; traite des etres humains; سوء المعامله; mauvais traitements; malos tratos
16.3 | access to justice; fair trial; judiciary; rule of law; pre trial detention; legal aid; due process; arbitrary detention; arrest*; detention; detained; prison*; lawyer*; impunity; estado de derecho; etat de droit; impunidad; impunite; detencion; detenid*; carcel; abogad*; avocat*; judge independence; سياده القانون; الافلات من العقاب; الاحتجاز; المحامين; السجن; juicio justo; proces equitable; محاكمه عادله; detencion arbitraria; detention arbitraire; الاعتقال; التعسفي; independencia judicial; independance de la justice; استقلال القضاء; prisonnier*; preso*; سجناء; judges; lawyers
16.4 | organised crime; organized crime; illicit arms; money laundering; illicit financial; arms trade; small arms; asset recovery; crimen organizado; crime organise; weapon*
16.5 | bribe*; corrupt*; anti corruption; soborno*; anticorruption
16.6 | accountable institutions; transparency of government; public institutions; effective institutions; public administration; oversight; audit institution*; ombuds*; good governance
16.7 | participatory decision; public participation; electoral; election*; representation in government; inclusive decision; vote; voting; participacion ciudadana; participation citoyenne; political participation; political part*; parliamentar*; elecciones; elecciones libres; الانتخابات; vote populaire
16.8 | global governance; international institutions reform; security council
16.9 | birth registration; legal identity; stateless*; apatrid*; civil registration; identity documents
16.10 | fundamental freedom*; access to information; freedom of expression; press freedom; journalist*; freedom of assembly; freedom of association; human rights defender*; freedom of information; civic space; peaceful protest*; media freedom; surveillance; spyware; enforced disappearance*; reprisal*; libertad de expresion; liberte d expression; periodista*; journaliste*; defensor*; defenseur*; espacio civico; espace civique; desaparicion forzada; disparition forcee; حريه التعبير; الصحفيين; المدافعين; التجمع السلمي; المراقبه; الاختفاء القسري; libertad de reunion; liberte de reunion; libertad de asociacion; liberte d association; libertad de prensa; liberte de la presse; حريه الصحافه; حريه التجمع; حريه تكوين الجمعيات; acceso a la informacion; acces a l information; الحق في المعرفه; vigilancia; الحيز المدني; الفضاء المدني; land defenders; environmental defenders; represalia*; represailles; الانتقام; desaparecid*; disparus; المفقودين; whistle blower*; whistleblower*; lanceurs d alerte; civil society organi*; foreign funding; defenders at risk; ngo law*; organisations de la societe civile; organizaciones de la sociedad civil; المجتمع المدني; ?civil society; ?sociedad civil; ?societe civile; ?ngos; ?ong; ?defenders; حجب المواقع
16.a | national human rights institution*; paris principles; violence prevention
16.b | non discriminatory law*; discriminatory polic*
17 | partnership*; development cooperation; development assistance; donor*; aid; multilateral; north south; alianza*; partenariat*; الشراكات; الشراكه; ?international cooperation; ?cooperation; ?debt; ?trade; ?global; ?developing countries; ?finance; ?foreign; ?statistic*; ?stakeholder*; ?exports; ?imports; cooperacion internacional; cooperation au developpement; التعاون الدولي
17.1 | tax revenue*; domestic resource mobilisation; domestic resource mobilization; tax collection; tax administration; tax evasion; tax base; tax system*
17.2 | official development assistance; oda; foreign aid; aid commitments; aid effectiveness; donors
17.3 | foreign direct investment; fdi; development finance; private capital flows; additional financial resources; external financing; mobilise resources
17.4 | debt relief; debt sustainability; external debt; debt restructuring; debt service; sovereign debt; public debt
17.5 | investment promotion
17.6 | science cooperation; knowledge sharing; south south; triangular cooperation; technology facilitation; knowledge exchange
17.7 | technology transfer; transfer of technology; environmentally sound technolog*
17.8 | technology bank; internet users
17.9 | capacity building; capacity development; technical assistance; technical cooperation
17.10 | world trade organization; wto; trade agreement*; doha; tariff*; multilateral trad*; trade liberalisation; trade liberalization
17.11 | exports of developing; export share; world exports; developing country exports
17.12 | duty free; market access; rules of origin
17.13 | macroeconomic; macroeconomic stability; global financial
17.14 | policy coherence
17.15 | policy space; conditionality
17.16 | global partnership; multi stakeholder; multistakeholder
17.17 | public private; civil society partnership*; public private partnership*; ppps
17.18 | data availability; statistical capacity; disaggregated data; statistical system*; national statistic*
17.19 | census*; measurements of progress; vital statistics; statistical
`;
